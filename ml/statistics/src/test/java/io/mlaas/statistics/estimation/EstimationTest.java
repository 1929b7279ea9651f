package io.mlaas.statistics.estimation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.statistics.Streams;
import io.mlaas.statistics.estimation.DirectLossEstimation.Metric;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Numbers: NannyML 0.13.1 with LightGBM 4.5.0 on the same streams (bench/monitoring/estimation/estimation.py), the first 1,000 rows. */
class EstimationTest {
    private static final Offset<Double> EXACT = within(1e-5);
    private static final int ROWS = 1000;

    @Test
    void estimatesTwoClassesThatAreCalibratedAlready() {
        Binary reference = new Binary(4000, 100, 0, 1);
        ConfidenceBasedEstimation estimation =
                ConfidenceBasedEstimation.fit(reference.probabilities, reference.targets);

        ClassificationEstimate estimate = new Binary(2000, 200, .7, 1).estimate(estimation);

        assertThat(estimation.calibrates(1)).isFalse();
        assertThat(estimate.accuracy()).isCloseTo(0.748640615976429, EXACT);
        assertThat(estimate.precision()).isCloseTo(0.7747970173924474, EXACT);
        assertThat(estimate.recall()).isCloseTo(0.8363122262162468, EXACT);
        assertThat(estimate.specificity()).isCloseTo(0.6068422733792935, EXACT);
        assertThat(estimate.f1()).isCloseTo(0.804380238089634, EXACT);
        assertThat(estimate.rocAuc()).isCloseTo(0.8113192643569195, EXACT);
    }

    @Test
    void calibratesScoresThatAreNoProbabilities() {
        Binary reference = new Binary(4000, 100, 0, 1.6);
        ConfidenceBasedEstimation estimation =
                ConfidenceBasedEstimation.fit(reference.probabilities, reference.targets);

        ClassificationEstimate estimate = new Binary(2000, 200, .7, 1.6).estimate(estimation);

        assertThat(estimation.calibrates(1)).isTrue();
        assertThat(estimate.accuracy()).isCloseTo(0.7419977863184117, EXACT);
        assertThat(estimate.f1()).isCloseTo(0.7795603731055225, EXACT);
        assertThat(estimate.rocAuc()).isCloseTo(0.8548481707777578, EXACT);
    }

    @Test
    void estimatesSeveralClasses() {
        Multiclass reference = new Multiclass(4000, 300, 0);
        ConfidenceBasedEstimation estimation =
                ConfidenceBasedEstimation.fit(reference.probabilities, reference.targets);

        ClassificationEstimate estimate = new Multiclass(2000, 400, .7).estimate(estimation);

        assertThat(estimation.calibrates(0) && estimation.calibrates(1) && estimation.calibrates(2))
                .isTrue();
        assertThat(estimate.accuracy()).isCloseTo(0.5175458447948876, EXACT);
        assertThat(estimate.precision()).isCloseTo(0.5021810692623071, EXACT);
        assertThat(estimate.recall()).isCloseTo(0.4817553464225018, EXACT);
        assertThat(estimate.specificity()).isCloseTo(0.7435052195092511, EXACT);
        assertThat(estimate.f1()).isCloseTo(0.48254025554961166, EXACT);
        assertThat(estimate.rocAuc()).isCloseTo(0.6843256280320088, EXACT);
    }

    @Test
    void learnsLossesAsLightGbmDoes() {
        Regression reference = new Regression(5000, 500, 0);
        Regression current = new Regression(2000, 600, .8);
        DirectLossEstimation estimation = DirectLossEstimation.fit(
                reference.features, reference.predictions, reference.targets, Metric.MAE, Metric.RMSE, Metric.RMSLE);

        double[][] features = Arrays.copyOf(current.features, ROWS);
        double[] predictions = Arrays.copyOf(current.predictions, ROWS);
        double mae = estimation.estimate(Metric.MAE, features, predictions);

        assertThat(mae).isCloseTo(0.7233270814601412, within(1e-9));
        assertThat(estimation.estimate(Metric.RMSE, features, predictions)).isCloseTo(0.947119313375966, within(1e-9));
        assertThat(estimation.estimate(Metric.RMSLE, features, predictions))
                .isCloseTo(0.06379036561471142, within(1e-9));
        // realised, with noise that the inputs tell the size of: 0.7311
        assertThat(mae).isCloseTo(current.realised(ROWS), within(.1 * current.realised(ROWS)));
        assertThatThrownBy(() -> estimation.estimate(Metric.MAPE, features, predictions))
                .hasMessage("metric: MAPE (expected: one that was fitted)");
    }

    @Test
    void boundsAlertsByTheReferencesWindows() {
        AlertBounds bounds = AlertBounds.of(new double[] {1, 3, Double.NaN}, 0, Double.POSITIVE_INFINITY);

        assertThat(bounds).isEqualTo(new AlertBounds(0, 5));
        assertThat(bounds.alerts(5.1)).isTrue();
        assertThat(bounds.alerts(4.9)).isFalse();
        assertThatThrownBy(() -> AlertBounds.of(new double[] {Double.NaN}, 0, 1))
                .hasMessage("windows: 0 values that are not NaN (expected: at least 1)");
    }

    @Test
    void fitsTheNearestNonDecreasingFunction() {
        // scikit-learn 1.9: IsotonicRegression(out_of_bounds="clip")
        IsotonicRegression fit =
                IsotonicRegression.fit(new double[] {1, 2, 3, 3, 4, 5}, new double[] {1, 3, 2, 4, 1, 6});

        assertThat(fit.at(0)).isEqualTo(1);
        assertThat(fit.at(2)).isEqualTo(2.5);
        assertThat(fit.at(4)).isEqualTo(2.5);
        assertThat(fit.at(4.5)).isEqualTo(4.25);
        assertThat(fit.at(9)).isEqualTo(6);
    }

    @Test
    void refusesWhatIsNoProbabilityAndNoClass() {
        assertThatThrownBy(() -> ConfidenceBasedEstimation.fit(new double[][] {{.5, 1.5}}, new int[] {0}))
                .hasMessage("probabilities[0][1]: 1.5 (expected: between 0 and 1)");
        assertThatThrownBy(() -> ConfidenceBasedEstimation.fit(new double[][] {{.5, .5}}, new int[] {2}))
                .hasMessage("targets[0]: class 2 (expected: 0 to 1)");
        assertThatThrownBy(() -> GradientBoosting.fit(new double[][] {{1}}, new double[] {Double.NaN}))
                .hasMessage("targets[0]: NaN (expected: a finite number)");
    }

    /** p = logistic(1.5 z + shift), y of probability p^power. */
    private static final class Binary {
        private final double[][] probabilities;
        private final int[] targets;

        Binary(int rows, long seed, double shift, double power) {
            double[] scores = Arrays.stream(Streams.gauss(rows, seed))
                    .map(z -> 1 / (1 + Math.exp(-(1.5 * z + shift))))
                    .toArray();
            double[] draws = Streams.uniform(rows, seed + 1);
            probabilities = new double[rows][];
            targets = new int[rows];
            for (int i = 0; i < rows; i++) {
                probabilities[i] = new double[] {1 - scores[i], scores[i]};
                targets[i] = draws[i] < Math.pow(scores[i], power) ? 1 : 0;
            }
        }

        ClassificationEstimate estimate(ConfidenceBasedEstimation estimation) {
            double[][] first = Arrays.copyOf(probabilities, ROWS);
            return estimation.estimate(
                    first,
                    Arrays.stream(first).mapToInt(p -> p[1] >= .5 ? 1 : 0).toArray());
        }
    }

    /** Predicted probabilities are the softmax of logits, true ones that of half the logits. */
    private static final class Multiclass {
        private final double[][] probabilities;
        private final int[] targets;

        Multiclass(int rows, long seed, double shift) {
            double[] a = Streams.gauss(rows, seed);
            double[] b = Streams.gauss(rows, seed + 1);
            double[] c = Streams.gauss(rows, seed + 2);
            double[] draws = Streams.uniform(rows, seed + 3);
            probabilities = new double[rows][];
            targets = new int[rows];
            for (int i = 0; i < rows; i++) {
                double[] logits = {a[i] + shift, 1.2 * b[i], c[i] - .3};
                probabilities[i] = softmax(1, logits);
                double[] truth = softmax(.5, logits);
                targets[i] = (draws[i] > truth[0] ? 1 : 0) + (draws[i] > truth[0] + truth[1] ? 1 : 0);
            }
        }

        private static double[] softmax(double sharp, double... logits) {
            double[] p = Arrays.stream(logits).map(x -> Math.exp(sharp * x)).toArray();
            double sum = Arrays.stream(p).sum();
            return Arrays.stream(p).map(x -> x / sum).toArray();
        }

        ClassificationEstimate estimate(ConfidenceBasedEstimation estimation) {
            double[][] first = Arrays.copyOf(probabilities, ROWS);
            int[] predictions = Arrays.stream(first)
                    .mapToInt(p -> p[0] >= p[1] && p[0] >= p[2] ? 0 : p[1] >= p[2] ? 1 : 2)
                    .toArray();
            return estimation.estimate(first, predictions);
        }
    }

    /** Noise grows with |a| and b. */
    private static final class Regression {
        private final double[][] features;
        private final double[] predictions;
        private final double[] targets;

        Regression(int rows, long seed, double shift) {
            double[] a = Streams.gauss(rows, seed);
            double[] b = Streams.uniform(rows, seed + 1);
            double[] c = Streams.uniform(rows, seed + 2);
            double[] noise = Streams.gauss(rows, seed + 3);
            features = new double[rows][];
            predictions = new double[rows];
            targets = new double[rows];
            for (int i = 0; i < rows; i++) {
                features[i] = new double[] {a[i] + shift, 4 * b[i], Math.floor(6 * c[i])};
                double f = 10 + 2 * features[i][0] + features[i][1];
                double size = .3 + .4 * Math.abs(features[i][0]) + .1 * features[i][1];
                predictions[i] = Math.abs(f);
                targets[i] = Math.abs(f + noise[i] * size) + 1e-9;
            }
        }

        double realised(int rows) {
            double sum = 0;
            for (int i = 0; i < rows; i++) {
                sum += Math.abs(predictions[i] - targets[i]);
            }
            return sum / rows;
        }
    }
}
