package io.mlaas.federated.secagg;

/** The rounds of figure 4: what clients are asked for. */
public enum SecAggStep {
    ADVERTISE_KEYS,
    SHARE_KEYS,
    MASKED_INPUT,
    CONSISTENCY_CHECK,
    UNMASK,
    DONE;

    SecAggStep next() {
        return switch (this) {
            case ADVERTISE_KEYS -> SHARE_KEYS;
            case SHARE_KEYS -> MASKED_INPUT;
            case MASKED_INPUT -> CONSISTENCY_CHECK;
            case CONSISTENCY_CHECK -> UNMASK;
            case UNMASK, DONE -> DONE;
        };
    }
}
