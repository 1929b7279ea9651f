package io.mlaas.statistics.performance;

/**
 * The quality of predicted numbers; the error e is prediction less target. NaN is what cannot be said of the rows that were
 * there: a deviation of one row, R² of targets that are all the same.
 *
 * @param meanError ME, the bias
 * @param meanAbsoluteError MAE
 * @param rootMeanSquaredError RMSE
 * @param rSquared 1 - Σe² / Σ(y - ȳ)²
 * @param errorDeviation of e, with n - 1, as the two that follow
 * @param absolutePercentageErrorDeviation of the terms of {@code mape.evidently()}, as shares and not in percent, as Evidently
 *     reports it
 */
public record RegressionQuality(
        long count,
        double meanError,
        double meanAbsoluteError,
        double rootMeanSquaredError,
        double rSquared,
        PercentageErrors mape,
        double errorDeviation,
        double absoluteErrorDeviation,
        double absolutePercentageErrorDeviation) {
    /**
     * Mean absolute percentage errors, in percent, by definitions that differ where targets are zero or negative.
     *
     * @param textbook 100/n Σ |(y - ŷ)/y|, the reports' definition; infinite as soon as one target is 0
     * @param evidently 100/n Σ |e| / max(y, ε) with ε = 2^-52, as Evidently has it: explodes with zero <em>and negative</em>
     *     targets, and is there to be compared with
     * @param zeroSafe the textbook's mean over the rows whose |y| is above the floor; NaN where there is none
     * @param nearZero the rows that {@code zeroSafe} leaves out
     * @param weighted WAPE, 100 Σ|e| / Σ|y|: defined as soon as one target is not 0
     */
    public record PercentageErrors(
            double textbook, double evidently, double zeroSafe, long nearZero, double weighted) {}

    public static RegressionQuality of(double[] targets, double[] predictions) {
        Rows.some("targets", targets.length);
        Rows.sameLength("predictions", predictions.length, targets.length);
        RegressionAccumulator rows = new RegressionAccumulator();
        for (int i = 0; i < targets.length; i++) {
            rows.add(targets[i], predictions[i]);
        }
        return rows.quality();
    }
}
