package io.mlaas.statistics.estimation;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * Direct loss estimation (DLE) of a regression model: a second model learns, from a reference with labels, how large the first
 * one's loss is for which inputs and prediction; the mean of what it says about new rows (never less than 0) is the estimate.
 */
public final class DirectLossEstimation {
    /** What is estimated. */
    public enum Metric {
        MAE,
        MSE,
        RMSE,
        /** As a share, not in percent: the mean of |e| / max(|y|, 2^-52). */
        MAPE,
        /** Of targets and predictions that are not negative. */
        MSLE,
        RMSLE;

        private Metric loss() {
            return switch (this) {
                case RMSE -> MSE;
                case RMSLE -> MSLE;
                default -> this;
            };
        }

        private double of(double target, double prediction) {
            double error = target - prediction;
            double logarithms = Math.log1p(target) - Math.log1p(prediction);
            return switch (this) {
                case MAE -> Math.abs(error);
                case MAPE -> Math.abs(error) / Math.max(Math.ulp(1.0), Math.abs(target));
                case MSE, RMSE -> error * error;
                case MSLE, RMSLE -> logarithms * logarithms;
            };
        }

        private double finish(double mean) {
            return this == RMSE || this == RMSLE ? Math.sqrt(mean) : mean;
        }
    }

    private final Map<Metric, GradientBoosting> models;

    private DirectLossEstimation(Map<Metric, GradientBoosting> models) {
        this.models = models;
    }

    /**
     * @param features [row][feature] of the reference
     * @param metrics to be estimated
     */
    public static DirectLossEstimation fit(
            double[][] features, double[] predictions, double[] targets, Metric... metrics) {
        double[][] rows = rows(features, predictions);
        Inputs.sameLength("targets", targets.length, rows.length);
        Inputs.finite("targets", targets);
        Map<Metric, GradientBoosting> models = new EnumMap<>(Metric.class);
        for (Metric metric : metrics) {
            models.computeIfAbsent(metric.loss(), loss -> {
                double[] losses = new double[targets.length];
                for (int i = 0; i < losses.length; i++) {
                    losses[i] = loss.of(targets[i], predictions[i]);
                }
                return GradientBoosting.fit(rows, losses);
            });
        }
        return new DirectLossEstimation(models);
    }

    private static double[][] rows(double[][] features, double... predictions) {
        Inputs.some("features", features.length);
        Inputs.sameLength("predictions", predictions.length, features.length);
        Inputs.finite("predictions", predictions);
        double[][] rows = new double[features.length][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Arrays.copyOf(features[i], features[i].length + 1);
            rows[i][features[i].length] = predictions[i];
        }
        return rows;
    }

    /** @throws IllegalArgumentException for a metric that was not fitted */
    public double estimate(Metric metric, double[][] features, double[] predictions) {
        GradientBoosting model = models.get(metric.loss());
        if (model == null) {
            throw new IllegalArgumentException("metric: " + metric + " (expected: one that was fitted)");
        }
        double sum = 0;
        for (double[] row : rows(features, predictions)) {
            sum += Math.max(0, model.predict(row)); // no loss is negative
        }
        return metric.finish(sum / features.length);
    }
}
