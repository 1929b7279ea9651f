package io.mlaas.statistics.performance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.statistics.Streams;
import io.mlaas.statistics.performance.ClassificationQuality.Probabilities;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Numbers: scikit-learn 1.9 on the same streams; the expected calibration error of equal counts: NannyML 0.13. */
class ClassificationQualityTest {
    private static final int ROWS = 400;

    private final double[] scores = scores();
    private final boolean[] positives = positives(scores);

    @Test
    void measuresTwoClasses() {
        ClassificationQuality quality = binary(0, ROWS).quality();

        assertThat(quality.accuracy()).isEqualTo(.7275);
        assertThat(quality.confusion()).isEqualTo(List.of(List.of(147L, 69L), List.of(40L, 144L)));
        assertThat(quality.positive().precision()).isCloseTo(0.676056338028169, within(1e-15));
        assertThat(quality.positive().recall()).isCloseTo(0.782608695652174, within(1e-15));
        assertThat(quality.positive().f1()).isCloseTo(0.72544080604534, within(1e-15));
        assertThat(quality.macro().f1()).isCloseTo(0.7274846710127445, within(1e-15));
        assertThat(quality.weighted().precision()).isCloseTo(0.7354778941025835, within(1e-15));
        Probabilities probabilities = Objects.requireNonNull(quality.probabilities());
        assertThat(probabilities.logLoss()).isCloseTo(0.5130534420756245, within(1e-13));
        assertThat(probabilities.rocAuc().error()).isPositive().isLessThan(1e-3);
        assertThat(probabilities.rocAuc().value())
                .isCloseTo(0.8272192028985508, within(probabilities.rocAuc().error()));
        assertThat(probabilities.calibration().error()).isCloseTo(0.05952865809865277, within(1e-14));
        assertThat(probabilities.calibration().bins().get(1).meanProbability())
                .isCloseTo(0.13586310256110515, within(1e-14));
        assertThat(probabilities.calibration().bins().get(1).observed()).isEqualTo(.075);
    }

    @Test
    void measuresSeveralClasses() {
        double[][] logits = {Streams.gauss(300, 41), Streams.gauss(300, 42), Streams.gauss(300, 43)};
        double[] draws = Streams.uniform(300, 44);
        ClassificationAccumulator rows = new ClassificationAccumulator(3);
        for (int i = 0; i < draws.length; i++) {
            double[] p = softmax(logits[0][i], 1.2 * logits[1][i], logits[2][i] - .3);
            int target = draws[i] <= p[0] ? 0 : draws[i] <= p[0] + p[1] ? 1 : 2;
            int prediction = p[0] >= p[1] && p[0] >= p[2] ? 0 : p[1] >= p[2] ? 1 : 2;
            rows.add(target, prediction, p);
        }

        ClassificationQuality quality = rows.quality();

        assertThat(quality.confusion())
                .isEqualTo(List.of(List.of(66L, 20L, 18L), List.of(23L, 72L, 19L), List.of(21L, 20L, 41L)));
        assertThat(quality.classes().get(2).precision()).isCloseTo(0.52564103, within(1e-8));
        assertThat(quality.classes().get(2).support()).isEqualTo(82);
        assertThat(quality.macro().f1()).isCloseTo(0.5888301904998208, within(1e-15));
        assertThat(quality.weighted().f1()).isCloseTo(0.5960390028395777, within(1e-15));
        Probabilities probabilities = Objects.requireNonNull(quality.probabilities());
        assertThat(probabilities.logLoss()).isCloseTo(0.8330981540946821, within(1e-13));
        assertThat(probabilities.rocAuc().value())
                .isCloseTo(0.7953205380359538, within(probabilities.rocAuc().error()));
    }

    @Test
    void areaAndCalibrationOfArraysAreExact() {
        assertThat(RocAuc.of(scores, positives).value()).isCloseTo(0.8272192028985508, within(1e-15));
        assertThat(RocAuc.of(new double[] {.5, .5, .1}, new boolean[] {true, false, false})
                        .value())
                .isEqualTo(.75);
        assertThat(RocAuc.of(new double[] {.5}, new boolean[] {true}).value()).isNaN();
        assertThat(Calibration.equalCount(scores, positives, 10).error())
                .isCloseTo(0.057751126579713936, within(1e-14));
        assertThat(Calibration.equalCount(Arrays.copyOf(scores, 87), Arrays.copyOf(positives, 87), 10)
                        .error())
                .isCloseTo(0.1220144614716957, within(1e-14));
        assertThat(Calibration.equalWidth(scores, positives, 10).error()).isCloseTo(0.05952865809865277, within(1e-14));
    }

    @Test
    void isTheSameFromEveryPartitionAndAfterItWasStored() throws IOException {
        ClassificationAccumulator merged = binary(250, ROWS);
        merged.merge(binary(0, 100));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        merged.write(new DataOutputStream(bytes));
        ClassificationAccumulator stored =
                ClassificationAccumulator.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        stored.merge(binary(100, 250));
        ClassificationQuality whole = binary(0, ROWS).quality();

        assertThat(stored.quality()).usingRecursiveComparison().isEqualTo(whole);
    }

    @Test
    void countsClassesThatNobodyPredictedAsScikitLearnDoes() {
        ClassificationAccumulator rows = new ClassificationAccumulator(4);
        rows.add(0, 0);
        rows.add(1, 0);
        rows.add(2, 2);

        ClassificationQuality quality = rows.quality();

        // class 3 occurs nowhere and is no part of the mean; class 1 was never predicted: 0
        assertThat(quality.macro().precision()).isEqualTo((.5 + 0 + 1) / 3);
        assertThat(quality.probabilities()).isNull();
    }

    @Test
    void refusesWhatIsNoClassAndNoProbability() {
        ClassificationAccumulator rows = new ClassificationAccumulator(2);
        assertThatThrownBy(() -> rows.add(2, 0)).hasMessage("target: class 2 (expected: 0 to 1)");
        assertThatThrownBy(() -> rows.add(0, 0, .5, 1.5)).hasMessage("probability: 1.5 (expected: between 0 and 1)");
        assertThatThrownBy(() -> rows.add(0, 0, .2, .2)).hasMessage("probabilities: sum 0.4 (expected: 1)");
        assertThatThrownBy(() -> new ClassificationAccumulator(1)).hasMessage("classes: 1 (expected: 2 to 1000)");
        assertThat(rows.count()).isZero();
    }

    private ClassificationAccumulator binary(int from, int to) {
        ClassificationAccumulator rows = new ClassificationAccumulator(2);
        for (int i = from; i < to; i++) {
            rows.add(positives[i] ? 1 : 0, scores[i] >= .5 ? 1 : 0, 1 - scores[i], scores[i]);
        }
        return rows;
    }

    private static double[] scores() {
        return Arrays.stream(Streams.gauss(ROWS, 32))
                .map(x -> 1 / (1 + Math.exp(-1.5 * x)))
                .toArray();
    }

    private static boolean[] positives(double... scores) {
        double[] draws = Streams.uniform(scores.length, 31);
        boolean[] positives = new boolean[scores.length];
        for (int i = 0; i < scores.length; i++) {
            positives[i] = draws[i] < Math.pow(scores[i], 1.3);
        }
        return positives;
    }

    private static double[] softmax(double... logits) {
        double sum = 0;
        double[] p = new double[logits.length];
        for (int i = 0; i < p.length; i++) {
            p[i] = Math.exp(logits[i]);
            sum += p[i];
        }
        for (int i = 0; i < p.length; i++) {
            p[i] /= sum;
        }
        return p;
    }
}
