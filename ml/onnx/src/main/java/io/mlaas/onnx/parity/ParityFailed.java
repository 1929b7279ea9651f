package io.mlaas.onnx.parity;

/** The translated model does not compute what its source does. */
public final class ParityFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ParityCertificate certificate;

    ParityFailed(ParityCertificate certificate) {
        super("output " + certificate.worst().output() + "["
                + certificate.worst().index() + "] for input "
                + certificate.worst().input() + " in a batch of "
                + certificate.worst().batchSize() + ": " + certificate.worst().translated() + " (expected: "
                + certificate.worst().reference() + " ± " + certificate.worst().tolerance() + ")");
        this.certificate = certificate;
    }

    /** The certificate with {@code passed} false. */
    public ParityCertificate certificate() {
        return certificate;
    }
}
