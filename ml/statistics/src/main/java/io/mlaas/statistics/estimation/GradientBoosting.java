package io.mlaas.statistics.estimation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Gradient boosting of regression trees over histograms (Friedman 2001; Ke et al. 2017), squared loss, with LightGBM's defaults:
 * 100 trees of at most 31 leaves of at least 20 rows, learning rate 0.1, no regularisation, all rows and features for each tree.
 * Deterministic. Numbers only; NaN is taken as less than everything.
 */
public final class GradientBoosting {
    private static final int TREES = 100;

    private final int width;
    private final double start;
    private final List<RegressionTree> trees;

    private GradientBoosting(int width, double start, List<RegressionTree> trees) {
        this.width = width;
        this.start = start;
        this.trees = trees;
    }

    /** @param rows [row][feature] */
    public static GradientBoosting fit(double[][] rows, double[] targets) {
        Inputs.some("rows", rows.length);
        Inputs.sameLength("targets", targets.length, rows.length);
        Inputs.finite("targets", targets);
        int width = rows[0].length;
        FeatureBins[] bins = new FeatureBins[width];
        byte[][] binned = new byte[width][rows.length];
        for (int feature = 0; feature < width; feature++) {
            double[] column = new double[rows.length];
            for (int i = 0; i < rows.length; i++) {
                width("rows[" + i + "]", rows[i].length, width);
                column[i] = rows[i][feature];
            }
            bins[feature] = FeatureBins.of(column);
            for (int i = 0; i < rows.length; i++) {
                binned[feature][i] = (byte) bins[feature].bin(column[i]);
            }
        }
        return boost(bins, binned, targets);
    }

    private static GradientBoosting boost(FeatureBins[] bins, byte[][] binned, double... targets) {
        double sum = 0;
        for (double target : targets) {
            sum += (float) target;
        }
        double start = sum / targets.length;
        double[] scores = new double[targets.length];
        Arrays.fill(scores, start);
        List<RegressionTree> trees = new ArrayList<>();
        for (int tree = 0; tree < TREES; tree++) {
            float[] gradients = new float[targets.length];
            for (int i = 0; i < gradients.length; i++) {
                gradients[i] = (float) (scores[i] - (float) targets[i]);
            }
            trees.add(new TreeGrower(bins, binned, gradients).grow(scores));
        }
        return new GradientBoosting(bins.length, start, trees);
    }

    private static void width(String name, int width, int expected) {
        if (width != expected) {
            throw new IllegalArgumentException(name + ": " + width + " values (expected: " + expected + ")");
        }
    }

    public double predict(double... row) {
        width("row", row.length, width);
        double sum = start;
        for (RegressionTree tree : trees) {
            sum += tree.predict(row);
        }
        return sum;
    }
}
