package io.mlaas.statistics.estimation;

import io.mlaas.statistics.performance.Calibration;
import io.mlaas.statistics.performance.RocAuc;
import org.jspecify.annotations.Nullable;

/**
 * Scores of one class as probabilities: by isotonic regression where that lowers the expected calibration error of rows that it
 * was not fitted to (ten splits with a tenth of each class left out, ten bins of equal count), otherwise as they are. With one
 * class only, fewer than ten rows, or an area under the curve above 0.999, nothing is calibrated. The splits are those of
 * NannyML.
 */
final class Calibrator {
    private static final int SPLITS = 10;
    private static final int BINS = 10;
    private static final double SEPARATED = .999;
    private static final int FEWEST = 10;

    private final @Nullable IsotonicRegression regression;

    private Calibrator(@Nullable IsotonicRegression regression) {
        this.regression = regression;
    }

    static Calibrator fit(double[] scores, boolean[] happened) {
        return new Calibrator(needed(scores, happened) ? regression(scores, happened) : null);
    }

    boolean calibrates() {
        return regression != null;
    }

    double probability(double score) {
        return regression == null ? score : regression.at(score);
    }

    private static IsotonicRegression regression(double[] scores, boolean... happened) {
        double[] outcomes = new double[happened.length];
        for (int i = 0; i < outcomes.length; i++) {
            outcomes[i] = happened[i] ? 1 : 0;
        }
        return IsotonicRegression.fit(scores, outcomes);
    }

    private static boolean needed(double[] scores, boolean... happened) {
        double area = RocAuc.of(scores, happened).value();
        StratifiedSplits splits = new StratifiedSplits(happened);
        if (Double.isNaN(area) || area > SEPARATED || scores.length < FEWEST) {
            return false;
        }
        Split all = new Split(splits.tested() * SPLITS);
        for (int split = 0; split < SPLITS; split++) {
            split(scores, happened, splits.next(), all);
        }
        double before = Calibration.equalCount(all.scores, all.happened, BINS).error();
        double after =
                Calibration.equalCount(all.calibrated, all.happened, BINS).error();
        return before > after;
    }

    /** What was left out, of all splits. */
    private static final class Split {
        private final double[] scores;
        private final double[] calibrated;
        private final boolean[] happened;
        private int size;

        Split(int rows) {
            scores = new double[rows];
            calibrated = new double[rows];
            happened = new boolean[rows];
        }

        void add(double score, double probability, boolean event) {
            scores[size] = score;
            calibrated[size] = probability;
            happened[size++] = event;
        }
    }

    private static void split(double[] scores, boolean[] happened, boolean[] test, Split all) {
        int rows = 0;
        for (boolean one : test) {
            rows += one ? 0 : 1;
        }
        double[] x = new double[rows];
        boolean[] y = new boolean[rows];
        int size = 0;
        for (int i = 0; i < test.length; i++) {
            if (!test[i]) {
                x[size] = scores[i];
                y[size++] = happened[i];
            }
        }
        IsotonicRegression fitted = regression(x, y);
        for (int i = 0; i < test.length; i++) {
            if (test[i]) {
                all.add(scores[i], fitted.at(scores[i]), happened[i]);
            }
        }
    }
}
