package io.mlaas.onnx.numeric;

/** Functions that Java's library lacks. */
public final class SpecialFunctions {
    private static final int TERMS = 200;
    private static final double SMALL = 3;

    private SpecialFunctions() {}

    /**
     * The error function: its Taylor series near zero (Abramowitz and Stegun 7.1.6), elsewhere the continued fraction of its
     * complement (7.1.14). Relative error below 1e-14.
     */
    public static double erf(double x) {
        double z = Math.abs(x);
        if (Double.isNaN(x)) {
            return x;
        }
        if (z > 6) {
            return Math.signum(x);
        }
        if (z < SMALL) {
            double term = z;
            double sum = z;
            for (int n = 1; n < TERMS && term > sum * 1e-17; n++) {
                term *= 2 * z * z / (2 * n + 1);
                sum += term;
            }
            return Math.signum(x) * 2 / Math.sqrt(Math.PI) * Math.exp(-z * z) * sum;
        }
        double fraction = 0;
        for (int n = TERMS; n >= 1; n--) {
            fraction = n / 2.0 / (z + fraction);
        }
        return Math.signum(x) * (1 - Math.exp(-z * z) / Math.sqrt(Math.PI) / (z + fraction));
    }
}
