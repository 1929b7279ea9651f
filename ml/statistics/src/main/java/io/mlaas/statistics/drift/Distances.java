package io.mlaas.statistics.drift;

/** Distances between two distributions, each as defined by Evidently 0.7 and SciPy. */
public final class Distances {
    private static final double LEAST_DEVIATION = 0.001;

    private Distances() {}

    /** Square root of the Jensen–Shannon divergence in nats; shares of 0 stay. From 0 to √ln 2. */
    public static double jensenShannon(Frequencies frequencies) {
        double[] p = frequencies.referenceShares();
        double[] q = frequencies.currentShares();
        double divergence = 0;
        for (int i = 0; i < p.length; i++) {
            double middle = (p[i] + q[i]) / 2;
            divergence += relativeEntropy(p[i], middle) + relativeEntropy(q[i], middle);
        }
        return Math.sqrt(Math.max(0, divergence) / 2);
    }

    private static double relativeEntropy(double p, double q) {
        return p == 0 ? 0 : p * Math.log(p / q);
    }

    /** Population stability index, with something small in place of shares of 0. */
    public static double populationStability(Frequencies frequencies) {
        double[] p = Frequencies.withoutZeros(frequencies.referenceShares());
        double[] q = Frequencies.withoutZeros(frequencies.currentShares());
        double index = 0;
        for (int i = 0; i < p.length; i++) {
            index += (p[i] - q[i]) * Math.log(p[i] / q[i]);
        }
        return index;
    }

    /** Kullback–Leibler divergence of the current data from the reference in nats, with something small in place of 0. */
    public static double kullbackLeibler(Frequencies frequencies) {
        double[] p = normed(Frequencies.withoutZeros(frequencies.referenceShares()));
        double[] q = normed(Frequencies.withoutZeros(frequencies.currentShares()));
        double divergence = 0;
        for (int i = 0; i < p.length; i++) {
            divergence += relativeEntropy(p[i], q[i]);
        }
        return divergence;
    }

    private static double[] normed(double[] shares) {
        double sum = 0;
        for (double share : shares) {
            sum += share;
        }
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= sum;
        }
        return shares;
    }

    /** √(1 - Σ √(p·q)), from 0 to 1. */
    public static double hellinger(Frequencies frequencies) {
        double[] p = frequencies.referenceShares();
        double[] q = frequencies.currentShares();
        double overlap = 0;
        for (int i = 0; i < p.length; i++) {
            overlap += Math.sqrt(p[i] * q[i]);
        }
        return Math.sqrt(1 - Math.clamp(overlap, 0, 1));
    }

    /** Half the sum of the differences of shares, from 0 to 1: the share of rows that would have to change their category. */
    public static double totalVariation(Frequencies frequencies) {
        double[] p = frequencies.referenceShares();
        double[] q = frequencies.currentShares();
        double distance = 0;
        for (int i = 0; i < p.length; i++) {
            distance += Math.abs(p[i] - q[i]);
        }
        return distance / 2;
    }

    /** W₁ between the columns over the standard deviation (of the population) of the reference, or over 0.001 if that is more. */
    public static double wassersteinNormed(NumericalColumn reference, NumericalColumn current) {
        return wasserstein(reference, current) / Math.max(standardDeviation(reference.sorted()), LEAST_DEVIATION);
    }

    /** W₁: the area between the two empirical distribution functions. */
    public static double wasserstein(NumericalColumn reference, NumericalColumn current) {
        return between(reference, current, 1);
    }

    /** √2 · √∫ (F - G)², as SciPy's {@code energy_distance}. */
    public static double energy(NumericalColumn reference, NumericalColumn current) {
        return Math.sqrt(2 * between(reference, current, 2));
    }

    /** ∫ |F - G|^power. */
    private static double between(NumericalColumn reference, NumericalColumn current, int power) {
        double[] x = notEmpty("reference", reference);
        double[] y = notEmpty("current", current);
        int i = 0;
        int j = 0;
        double before = Math.min(x[0], y[0]);
        double area = 0;
        while (i < x.length || j < y.length) {
            double next = j == y.length || (i < x.length && x[i] <= y[j]) ? x[i] : y[j];
            double difference = Math.abs((double) i / x.length - (double) j / y.length);
            area += (power == 1 ? difference : difference * difference) * (next - before);
            before = next;
            while (i < x.length && x[i] == next) {
                i++;
            }
            while (j < y.length && y[j] == next) {
                j++;
            }
        }
        return area;
    }

    static double[] notEmpty(String name, NumericalColumn column) {
        if (column.size() == 0) {
            throw new IllegalArgumentException(name + ": 0 finite numbers, " + column.dropped()
                    + " missing, NaN or infinite (expected: at least 1)");
        }
        return column.sorted();
    }

    /** With n in the denominator. */
    static double standardDeviation(double[] values) {
        double mean = mean(values);
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return Math.sqrt(squares / values.length);
    }

    static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }
}
