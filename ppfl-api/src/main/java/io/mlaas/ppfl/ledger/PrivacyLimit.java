package io.mlaas.ppfl.ledger;

/**
 * The most that may be spent of a data owner's privacy.
 *
 * @param epsilon infinite if nothing is limited
 * @param delta at which ε is composed, also where ε is not limited
 */
record PrivacyLimit(double epsilon, double delta) {
    static boolean isEpsilon(double epsilon) {
        return epsilon >= 0;
    }

    static boolean isDelta(double delta) {
        return delta > 0 && delta < 1;
    }

    boolean isFinite() {
        return epsilon < Double.POSITIVE_INFINITY;
    }
}
