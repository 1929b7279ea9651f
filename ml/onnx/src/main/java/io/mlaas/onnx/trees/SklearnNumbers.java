package io.mlaas.onnx.trees;

import io.mlaas.onnx.sklearn.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Evaluates trees of scikit-learn in 64-bit floats, row by row. */
final class SklearnNumbers {
    private static final double[][] NONE = {};

    private final SklearnForest forest;

    SklearnNumbers(SklearnForest forest) {
        this.forest = forest;
    }

    Outcome evaluate(double[][] x) {
        double[][] sums = Arrays.stream(x).map(forest.ensemble()::sums).toArray(double[][]::new);
        return switch (forest.use()) {
            case PROBABILITIES -> Outcome.probable(forest.classes(), each(sums, this::divided));
            case TARGETS -> Outcome.several(targets(sums), NONE);
            case VALUES -> Outcome.values(each(sums, this::linked));
            case SCORES -> Outcome.decided(forest.classes(), sums, each(sums, this::probable));
            case VOTES -> {
                double[][] decisions = each(sums, this::decision);
                yield Outcome.decided(forest.classes(), decisions, each(decisions, this::voted));
            }
            case MEDIAN -> Outcome.values(each(sums, s -> new double[] {median(s)}));
            case PATH -> {
                double[][] scores =
                        each(sums, s -> new double[] {-Math.pow(2, -s[0] / forest.divisor()) - forest.offset()});
                int[] inlier =
                        Arrays.stream(scores).mapToInt(s -> s[0] < 0 ? 0 : 1).toArray();
                yield new Outcome(forest.classes(), inlier, NONE, scores, NONE);
            }
        };
    }

    private List<Outcome> targets(double[][] sums) {
        List<Outcome> each = new ArrayList<>();
        int from = 0;
        for (List<Object> classes : forest.targets()) {
            int start = from;
            int end = start + classes.size();
            each.add(Outcome.probable(classes, each(sums, row -> divided(Arrays.copyOfRange(row, start, end)))));
            from = end;
        }
        return each;
    }

    private interface Row {
        double[] of(double... sums);
    }

    private static double[][] each(double[][] rows, Row row) {
        return Arrays.stream(rows).map(row::of).toArray(double[][]::new);
    }

    private double[] divided(double... sums) {
        return Arrays.stream(sums).map(s -> s / forest.divisor()).toArray();
    }

    private double[] linked(double... sums) {
        double[] values = divided(sums);
        forest.link().apply(1, values);
        return values;
    }

    private double[] probable(double... scores) {
        double[] p = scores.clone();
        forest.link().apply(forest.slope(), p);
        return p.length == 1 ? new double[] {1 - p[0], p[0]} : p;
    }

    private double[] decision(double... votes) {
        return votes.length == 2 ? new double[] {votes[1] - votes[0]} : votes;
    }

    private double[] voted(double... decision) {
        double[] p = decision.length == 1
                ? new double[] {-decision[0] / 2, decision[0] / 2}
                : Arrays.stream(decision).map(d -> d / (decision.length - 1)).toArray();
        Link.SOFTMAX.apply(1, p);
        return p;
    }

    /** The smallest number at which half of the weight is reached. */
    private double median(double... numbers) {
        int[] order = IntStream.range(0, numbers.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> numbers[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double half =
                0.5 * Arrays.stream(order).mapToDouble(i -> forest.weights()[i]).sum();
        double reached = 0;
        for (int i : order) {
            reached += forest.weights()[i];
            if (reached >= half) {
                return numbers[i];
            }
        }
        return numbers[order[order.length - 1]];
    }
}
