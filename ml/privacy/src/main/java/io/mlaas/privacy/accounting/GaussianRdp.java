package io.mlaas.privacy.accounting;

import java.util.List;
import org.apache.commons.numbers.gamma.Erfc;
import org.apache.commons.numbers.gamma.Erfcx;

/**
 * The Gaussian mechanism with Poisson subsampling: of a sum in which a record counts 1 at most, each record is drawn with
 * probability q, and N(0, z²) is added. Neighbours differ in one record that is there or not. I. Mironov, K. Talwar and
 * L. Zhang, "Rényi Differential Privacy of the Sampled Gaussian Mechanism" (2019): section 3.3 for whole orders and for
 * others.
 */
public final class GaussianRdp {
    /** The series of an order that is not whole ends where a term is e⁻³⁰ of 1 or less; the sum is at least 1. */
    private static final double NEGLIGIBLE = -30;

    private static final double SQRT2 = Math.sqrt(2);

    private GaussianRdp() {}

    /** Without sampling: α / (2 z²), z the noise's standard deviation over the sensitivity. */
    public static RdpCurve gaussian(double noiseMultiplier, List<Double> orders) {
        checkNoise(noiseMultiplier);
        return RdpCurve.of(orders, order -> order / (2 * noiseMultiplier * noiseMultiplier));
    }

    /**
     * The cost of one step.
     *
     * @param noiseMultiplier z, the noise's standard deviation over the sensitivity
     * @param samplingRate q, the probability with which each record is in a step
     */
    public static RdpCurve sampled(double noiseMultiplier, double samplingRate, List<Double> orders) {
        checkNoise(noiseMultiplier);
        checkRate(samplingRate);
        return RdpCurve.of(orders, order -> sampled(noiseMultiplier, samplingRate, order));
    }

    private static double sampled(double z, double q, double order) {
        if (q == 0) {
            return 0;
        }
        if (q == 1) {
            return order / (2 * z * z);
        }
        double logMoment = order == Math.rint(order) ? whole(z, q, (int) order) : fractional(z, q, order);
        return Math.max(0, logMoment / (order - 1));
    }

    /** ln Σ_k C(α, k) (1 - q)^(α - k) q^k exp((k² - k) / (2 z²)), k from 0 to α. */
    private static double whole(double z, double q, int order) {
        double sum = Double.NEGATIVE_INFINITY;
        double logBinomial = 0;
        for (int k = 0; k <= order; k++) {
            double term = logBinomial + k * Math.log(q) + (order - k) * Math.log1p(-q);
            sum = logAdd(sum, term + (double) k * (k - 1) / (2 * z * z));
            logBinomial += Math.log((order - k) / (k + 1.0));
        }
        return sum;
    }

    /** The two series of complementary error functions, split where both densities meet. */
    private static double fractional(double z, double q, double order) {
        double meeting = z * z * (Math.log1p(-q) - Math.log(q)) + .5;
        double positive = Double.NEGATIVE_INFINITY;
        double negative = Double.NEGATIVE_INFINITY;
        double logBinomial = 0;
        int sign = 1;
        for (int i = 0; ; i++) {
            double j = order - i;
            double below = i * Math.log(q)
                    + j * Math.log1p(-q)
                    + ((double) i * i - i) / (2 * z * z)
                    + logHalfErfc((i - meeting) / (SQRT2 * z));
            double above = j * Math.log(q)
                    + i * Math.log1p(-q)
                    + (j * j - j) / (2 * z * z)
                    + logHalfErfc((meeting - j) / (SQRT2 * z));
            double term = logBinomial + logAdd(below, above);
            if (sign > 0) {
                positive = logAdd(positive, term);
            } else {
                negative = logAdd(negative, term);
            }
            if (i > order && term < NEGLIGIBLE) {
                return positive + Math.log1p(-Math.exp(negative - positive));
            }
            double factor = (order - i) / (i + 1);
            logBinomial += Math.log(Math.abs(factor));
            sign = factor < 0 ? -sign : sign;
        }
    }

    /** ln(erfc(x) / 2), also where erfc itself is 0 as a double. */
    private static double logHalfErfc(double x) {
        double log = x > 0 ? Math.log(Erfcx.value(x)) - x * x : Math.log(Erfc.value(x));
        return log - Math.log(2);
    }

    /** ln(eᵃ + eᵇ). */
    static double logAdd(double a, double b) {
        double larger = Math.max(a, b);
        if (larger == Double.NEGATIVE_INFINITY) {
            return larger;
        }
        return larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
    }

    static void checkNoise(double noiseMultiplier) {
        if (!(noiseMultiplier > 0 && noiseMultiplier < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("noise multiplier: " + noiseMultiplier + " (expected: above 0)");
        }
    }

    static void checkRate(double samplingRate) {
        if (!(samplingRate >= 0 && samplingRate <= 1)) {
            throw new IllegalArgumentException("sampling rate: " + samplingRate + " (expected: from 0 to 1)");
        }
    }
}
