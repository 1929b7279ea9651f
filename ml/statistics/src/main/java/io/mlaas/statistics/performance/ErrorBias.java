package io.mlaas.statistics.performance;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoublePredicate;
import org.jspecify.annotations.Nullable;

/**
 * Where the errors e = prediction - target lean: the rows up to the 5 % quantile of e are underestimated, those from the 95 %
 * quantile on overestimated, the ones between are the majority; and which features tell those groups apart (the groups and
 * the range of Evidently's error bias table). Does not depend on the rows' order.
 */
public final class ErrorBias {
    private static final double TAIL = .05;

    private final double[] errors;
    private final double lower;
    private final double upper;

    /** @param deviation with n - 1; NaN of a single row */
    public record Group(long count, double meanError, double deviation) {}

    /**
     * A numeric feature's mean over all rows and in the groups of the tails; values that are not finite are left out.
     *
     * @param range 100 |over - under| / (max - min): near 0 where the feature has nothing to do with the sign of large errors
     */
    public record NumericBias(double overall, double under, double over, double range) {}

    /**
     * A categorical feature's most frequent value (the first one in order where several are) over all rows and in the groups
     * of the tails.
     *
     * @param differs whether the three are not the same
     */
    public record CategoricalBias(
            @Nullable String overall,
            @Nullable String under,
            @Nullable String over,
            boolean differs) {}

    private ErrorBias(double[] errors, double lower, double upper) {
        this.errors = errors;
        this.lower = lower;
        this.upper = upper;
    }

    public static ErrorBias of(double[] targets, double[] predictions) {
        Rows.some("targets", targets.length);
        Rows.sameLength("predictions", predictions.length, targets.length);
        double[] errors = new double[targets.length];
        for (int i = 0; i < errors.length; i++) {
            errors[i] = Rows.finite("prediction", predictions[i]) - Rows.finite("target", targets[i]);
        }
        double[] sorted = errors.clone();
        Arrays.sort(sorted);
        return new ErrorBias(errors, quantile(sorted, TAIL), quantile(sorted, 1 - TAIL));
    }

    /** Linear between the values around it, as numpy's. */
    private static double quantile(double[] sorted, double probability) {
        double position = probability * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        double share = position - below;
        double difference = sorted[above] - sorted[below];
        // as numpy rounds it: from the nearer end
        return share >= .5 ? sorted[above] - difference * (1 - share) : sorted[below] + difference * share;
    }

    public Group underestimation() {
        return group(this::under);
    }

    public Group overestimation() {
        return group(this::over);
    }

    public Group majority() {
        return group(error -> !under(error) && !over(error));
    }

    private boolean under(double error) {
        return error <= lower;
    }

    private boolean over(double error) {
        return error >= upper;
    }

    private Group group(DoublePredicate in) {
        ExactMoments sums = new ExactMoments();
        for (double error : errors) {
            if (in.test(error)) {
                sums.add(error);
            }
        }
        return new Group(sums.count(), sums.mean(), sums.deviation());
    }

    /** @param feature a value for each row, in the rows' order */
    public NumericBias numeric(double[] feature) {
        Rows.sameLength("feature", feature.length, errors.length);
        ExactMoments overall = new ExactMoments();
        ExactMoments under = new ExactMoments();
        ExactMoments over = new ExactMoments();
        double least = Double.POSITIVE_INFINITY;
        double greatest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < feature.length; i++) {
            if (Double.isFinite(feature[i])) {
                add(overall, true, feature[i]);
                add(under, under(errors[i]), feature[i]);
                add(over, over(errors[i]), feature[i]);
                least = Math.min(least, feature[i]);
                greatest = Math.max(greatest, feature[i]);
            }
        }
        double difference = Math.abs(over.mean() - under.mean());
        double range = difference == 0 ? 0 : 100 * difference / (greatest - least);
        return new NumericBias(overall.mean(), under.mean(), over.mean(), range);
    }

    private static void add(ExactMoments sums, boolean in, double value) {
        if (in) {
            sums.add(value);
        }
    }

    /** @param feature a value for each row, in the rows' order; null where there is none */
    public CategoricalBias categorical(@Nullable String[] feature) {
        Rows.sameLength("feature", feature.length, errors.length);
        String overall = mode(feature, error -> true);
        String under = mode(feature, this::under);
        String over = mode(feature, this::over);
        boolean same = overall != null && overall.equals(under) && overall.equals(over);
        return new CategoricalBias(overall, under, over, !same);
    }

    private @Nullable String mode(@Nullable String[] feature, DoublePredicate in) {
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < feature.length; i++) {
            String value = feature[i];
            if (value != null && in.test(errors[i])) {
                counts.merge(value, 1, Integer::sum);
            }
        }
        String mode = null;
        int most = 0;
        for (Map.Entry<String, Integer> entry : counts.entrySet()) {
            if (entry.getValue() > most) {
                mode = entry.getKey();
                most = entry.getValue();
            }
        }
        return mode;
    }
}
