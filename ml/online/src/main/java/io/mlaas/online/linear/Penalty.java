package io.mlaas.online.linear;

/** Penalties of stochastic gradient descent. */
enum Penalty {
    L2,
    L1,
    ELASTICNET,
    NONE;

    /** The share of {@code alpha} that is L1, as far as there is a penalty. */
    double l1Ratio(double configured) {
        return switch (this) {
            case L2, NONE -> 0;
            case L1 -> 1;
            case ELASTICNET -> configured;
        };
    }
}
