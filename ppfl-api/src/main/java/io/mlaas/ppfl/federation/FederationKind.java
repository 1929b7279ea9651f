package io.mlaas.ppfl.federation;

/** By which door a federation came. */
public enum FederationKind {
    FEDERATION("/federations/"),
    FP("/fp/"),
    TFF("/tff/"),
    NV("/nv/");

    private final String path;

    FederationKind(String path) {
        this.path = path;
    }

    public String path() {
        return path;
    }
}
