package io.mlaas.api.event;

/** The Kafka topics of the platform; the key is the id of the asset. */
public final class Topics {
    public static final String REGISTRY = "mlaas.registry";
    public static final String TRAINING = "mlaas.training";
    public static final String TRANSLATION = "mlaas.translation";

    private Topics() {}
}
