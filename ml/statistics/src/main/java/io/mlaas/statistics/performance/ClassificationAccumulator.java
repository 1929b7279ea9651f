package io.mlaas.statistics.performance;

import io.mlaas.statistics.performance.ClassificationQuality.ClassScores;
import io.mlaas.statistics.performance.ClassificationQuality.Probabilities;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of target class, predicted class and, where there are any, probabilities. Bounded by the classes (k² counts and 32 KB
 * each for the area under the curve), not by the rows; independent of the rows' order.
 */
public final class ClassificationAccumulator {
    private static final int VERSION = 1;
    private static final int MOST_CLASSES = 1000;
    private static final int CALIBRATION_BINS = 10;
    private static final double CLIP = Math.ulp(1.0);

    private final long[][] confusion;
    private final @Nullable ScoreHistogram[] scores;
    private ExactSum loss = new ExactSum();
    private final ReliabilityBins reliability = new ReliabilityBins(CALIBRATION_BINS);
    private long withProbabilities;

    /** @param classes how many there are; of two, class 1 is the positive one */
    public ClassificationAccumulator(int classes) {
        if (classes < 2 || classes > MOST_CLASSES) {
            throw new IllegalArgumentException("classes: " + classes + " (expected: 2 to " + MOST_CLASSES + ")");
        }
        confusion = new long[classes][classes];
        scores = new ScoreHistogram[classes];
    }

    public void add(int target, int prediction) {
        index("target", target);
        index("prediction", prediction);
        confusion[target][prediction]++;
    }

    /** @param probabilities one for each class, adding up to 1 within 1 % */
    public void add(int target, int prediction, double... probabilities) {
        if (probabilities.length != classes()) {
            throw new IllegalArgumentException("probabilities: " + probabilities.length + " values (expected: "
                    + classes() + ", one for each class)");
        }
        double sum = 0;
        for (double probability : probabilities) {
            sum += Rows.probability("probability", probability);
        }
        if (Math.abs(sum - 1) > .01) {
            throw new IllegalArgumentException("probabilities: sum " + sum + " (expected: 1)");
        }
        add(target, prediction);
        withProbabilities++;
        loss.add(-StrictMath.log(Math.clamp(probabilities[target], CLIP, 1 - CLIP)));
        if (classes() == 2) {
            histogram(1).add(probabilities[1], target == 1);
            reliability.add(probabilities[1], target == 1);
            return;
        }
        for (int i = 0; i < classes(); i++) {
            histogram(i).add(probabilities[i], target == i);
        }
        reliability.add(probabilities[prediction], target == prediction);
    }

    private ScoreHistogram histogram(int index) {
        ScoreHistogram histogram = scores[index];
        if (histogram == null) {
            histogram = new ScoreHistogram();
            scores[index] = histogram;
        }
        return histogram;
    }

    private void index(String name, int index) {
        if (index < 0 || index >= classes()) {
            throw new IllegalArgumentException(name + ": class " + index + " (expected: 0 to " + (classes() - 1) + ")");
        }
    }

    public void merge(ClassificationAccumulator other) {
        if (other.classes() != classes()) {
            throw new IllegalArgumentException(
                    "classes: " + other.classes() + " (expected: " + classes() + ", as here)");
        }
        for (int i = 0; i < classes(); i++) {
            for (int j = 0; j < classes(); j++) {
                confusion[i][j] += other.confusion[i][j];
            }
            ScoreHistogram theirs = other.scores[i];
            if (theirs != null) {
                histogram(i).merge(theirs);
            }
        }
        loss.merge(other.loss);
        reliability.merge(other.reliability);
        withProbabilities += other.withProbabilities;
    }

    public int classes() {
        return confusion.length;
    }

    public long count() {
        long count = 0;
        for (long[] row : confusion) {
            for (long cell : row) {
                count += cell;
            }
        }
        return count;
    }

    /** @return NaN for accuracy and means where no row was added */
    public ClassificationQuality quality() {
        ClassScores[] each = ConfusionScores.perClass(confusion);
        return new ClassificationQuality(
                count(),
                ConfusionScores.accuracy(confusion),
                ConfusionScores.macro(confusion, each),
                ConfusionScores.weighted(each),
                List.of(each),
                Arrays.stream(confusion)
                        .map(row -> Arrays.stream(row).boxed().toList())
                        .toList(),
                withProbabilities == 0 ? null : probabilities());
    }

    private Probabilities probabilities() {
        return new Probabilities(
                withProbabilities,
                ExactMoments.over(loss.exact(), withProbabilities),
                area(),
                reliability.calibration());
    }

    private RocAuc area() {
        if (classes() == 2) {
            return histogram(1).area();
        }
        double value = 0;
        double error = 0;
        for (int i = 0; i < classes(); i++) {
            RocAuc one = histogram(i).area();
            value += one.value() / classes();
            error += one.error() / classes();
        }
        return new RocAuc(value, error);
    }

    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeShort(classes());
        for (long[] row : confusion) {
            for (long cell : row) {
                out.writeLong(cell);
            }
        }
        out.writeLong(withProbabilities);
        loss.write(out);
        reliability.write(out);
        for (ScoreHistogram histogram : scores) {
            out.writeBoolean(histogram != null);
            if (histogram != null) {
                histogram.write(out);
            }
        }
    }

    /** @throws IOException where the bytes are not what {@link #write} wrote */
    public static ClassificationAccumulator read(DataInput in) throws IOException {
        Rows.version(in, VERSION);
        int classes = in.readUnsignedShort();
        if (classes < 2 || classes > MOST_CLASSES) {
            throw new IOException("classes: " + classes + " (expected: 2 to " + MOST_CLASSES + ")");
        }
        ClassificationAccumulator rows = new ClassificationAccumulator(classes);
        for (long[] row : rows.confusion) {
            for (int i = 0; i < classes; i++) {
                row[i] = Rows.count(in);
            }
        }
        rows.withProbabilities = Rows.count(in);
        rows.loss = ExactSum.read(in);
        rows.reliability.read(in);
        for (int i = 0; i < classes; i++) {
            if (in.readBoolean()) {
                rows.histogram(i).read(in);
            }
        }
        return rows;
    }
}
