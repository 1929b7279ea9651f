package io.mlaas.privacy.pate;

import java.util.function.DoubleSupplier;
import org.apache.commons.numbers.gamma.Erfc;
import org.apache.commons.numbers.gamma.Erfcx;

/** What the mechanisms share. */
final class NoisyMax {
    private NoisyMax() {}

    /** Noise is drawn for every class, in order. */
    static int argmax(Votes votes, DoubleSupplier noise) {
        int best = -1;
        double most = Double.NEGATIVE_INFINITY;
        for (int label = 0; label < votes.classes(); label++) {
            double noisy = votes.count(label) + noise.getAsDouble();
            if (noisy > most) {
                most = noisy;
                best = label;
            }
        }
        return best;
    }

    /** The plurality wins at least one time of m, so that others win with 1 - 1/m at most. */
    static double logMostOther(int classes) {
        return Math.log1p(-1.0 / classes);
    }

    /** ln(eᵃ + eᵇ). */
    static double logAdd(double a, double b) {
        double larger = Math.max(a, b);
        if (larger == Double.NEGATIVE_INFINITY) {
            return larger;
        }
        return larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
    }

    /** ln(1 - eᵃ) for a < 0. */
    static double log1mExp(double a) {
        return a > -Math.log(2) ? Math.log(-Math.expm1(a)) : Math.log1p(-Math.exp(a));
    }

    /** ln Q(x), Q the normal distribution's upper tail, also where Q(x) is 0 as a double. */
    static double logTail(double x) {
        double y = x / Math.sqrt(2);
        double log = y > 0 ? Math.log(Erfcx.value(y)) - y * y : Math.log(Erfc.value(y));
        return log - Math.log(2);
    }
}
