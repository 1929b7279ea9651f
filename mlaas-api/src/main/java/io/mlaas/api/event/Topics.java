package io.mlaas.api.event;

/** The Kafka topics of the platform; the key is the id of the asset. */
public final class Topics {
    public static final String REGISTRY = "mlaas.registry";
    public static final String TRAINING = "mlaas.training";
    public static final String TRANSLATION = "mlaas.translation";
    /** What was predicted; the key is the id of the learner or model. */
    public static final String INFERENCE = "mlaas.inference";
    /** What turned out to be true of what was predicted. */
    public static final String FEEDBACK = "mlaas.feedback";

    public static final String MONITORING = "mlaas.monitoring";

    /** How federations go; the key is the federation's id. */
    public static final String FEDERATION = "mlaas.federation";

    private Topics() {}
}
