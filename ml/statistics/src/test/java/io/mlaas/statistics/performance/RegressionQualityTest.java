package io.mlaas.statistics.performance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.statistics.IntervalQuality;
import io.mlaas.statistics.Streams;
import io.mlaas.statistics.performance.ErrorBias.CategoricalBias;
import io.mlaas.statistics.performance.ErrorBias.NumericBias;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Numbers: numpy 2.4 and scikit-learn 1.9 on the same streams; the toy data's by Evidently's definitions. */
class RegressionQualityTest {
    private static final double[] TOY = {10, 12, 9, 11, 14, 8, 10, 13, 12, 9};
    private static final double[] TOY_PREDICTED = {11, 11.5, 10, 12, 13, 9.5, 10.2, 12.1, 13.3, 8.8};

    @Test
    void measuresTheToyData() {
        RegressionQuality quality = RegressionQuality.of(TOY, TOY_PREDICTED);
        ErrorBias bias = ErrorBias.of(TOY, TOY_PREDICTED);

        assertThat(quality.meanError()).isCloseTo(.34, within(1e-15));
        assertThat(quality.meanAbsoluteError()).isCloseTo(.86, within(1e-15));
        assertThat(quality.mape().evidently()).isCloseTo(8.224017649017648, within(1e-14));
        assertThat(quality.mape().textbook()).isCloseTo(8.224017649017648, within(1e-14));
        assertThat(quality.errorDeviation()).isCloseTo(.9383200117467626, within(1e-15));
        assertThat(bias.underestimation().meanError()).isEqualTo(-1);
        assertThat(bias.overestimation().meanError()).isEqualTo(1.5);
        assertThat(bias.majority().meanError()).isCloseTo(.3625, within(1e-15));
        assertThat(bias.majority().count()).isEqualTo(8);
    }

    @Test
    void agreesWithScikitLearnAlsoWhereTargetsAreNegative() {
        double[] targets = targets();

        RegressionQuality quality = RegressionQuality.of(targets, predictions(targets));

        assertThat(quality.meanError()).isCloseTo(0.19571769277716783, within(1e-14));
        assertThat(quality.meanAbsoluteError()).isCloseTo(0.5865882020558723, within(1e-14));
        assertThat(quality.rootMeanSquaredError()).isCloseTo(0.7472337008303657, within(1e-14));
        assertThat(quality.rSquared()).isCloseTo(0.9339582452348394, within(1e-13));
        assertThat(quality.errorDeviation()).isCloseTo(0.7218690867098557, within(1e-13));
        assertThat(quality.absoluteErrorDeviation()).isCloseTo(0.46335935152189306, within(1e-13));
        assertThat(quality.mape().textbook()).isCloseTo(52.26455552868734, within(1e-11));
        assertThat(quality.mape().zeroSafe()).isEqualTo(quality.mape().textbook());
        assertThat(quality.mape().evidently()).isCloseTo(1.6251156978878022e+16, within(100.));
        assertThat(quality.mape().weighted()).isCloseTo(11.848740013016375, within(1e-12));
    }

    @Test
    void saysWhatZeroTargetsDoToEachPercentage() {
        RegressionAccumulator rows = new RegressionAccumulator(.5);
        rows.add(0, 1);
        rows.add(.4, .4);
        rows.add(10, 9);
        rows.add(-10, -12);

        RegressionQuality quality = rows.quality();

        assertThat(quality.mape().textbook()).isInfinite();
        assertThat(quality.mape().zeroSafe()).isCloseTo(15, within(1e-13));
        assertThat(quality.mape().nearZero()).isEqualTo(2);
        assertThat(quality.mape().weighted()).isCloseTo(400 / 20.4, within(1e-12));
        assertThat(RegressionQuality.of(new double[] {3, 3}, new double[] {3, 4})
                        .rSquared())
                .isNaN();
        assertThat(new RegressionAccumulator().quality().meanError()).isNaN();
    }

    @Test
    void reportsTheSameDigitsInEveryOrderAndFromEveryPartition() throws IOException {
        double[] targets = targets();
        double[] predictions = predictions(targets);
        RegressionAccumulator forth = new RegressionAccumulator();
        RegressionAccumulator[] parts = {
            new RegressionAccumulator(), new RegressionAccumulator(), new RegressionAccumulator()
        };
        for (int i = 0; i < targets.length; i++) {
            forth.add(targets[i], predictions[i]);
            int last = targets.length - 1 - i;
            parts[last % 3].add(targets[last], predictions[last]);
        }
        RegressionAccumulator stored = RegressionAccumulator.read(in(parts[2]));
        stored.merge(parts[0]);
        stored.merge(parts[1]);

        assertThat(stored.quality()).isEqualTo(forth.quality());
        assertThat(bytes(stored)).isEqualTo(bytes(forth));
        assertThat(bytes(forth).length).isLessThan(1000);
    }

    @Test
    void measuresIntervalsRowByRow() throws IOException {
        double[] targets = targets();
        double[] predictions = predictions(targets);
        IntervalAccumulator rows = new IntervalAccumulator(.9);
        for (int i = 0; i < targets.length; i++) {
            rows.add(targets[i], predictions[i] - 1, predictions[i] + 1);
        }

        IntervalQuality quality = rows.quality();

        assertThat(quality.coverage()).isEqualTo(.826);
        assertThat(quality.meanWidth()).isCloseTo(2, within(1e-14));
        assertThat(quality.pinball()).isCloseTo((0.09262981823045359 + 0.07255690152304535) / 2, within(1e-14));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        rows.write(new DataOutputStream(bytes));
        IntervalAccumulator twice =
                IntervalAccumulator.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        twice.merge(rows);
        assertThat(twice.quality()).isEqualTo(quality);
        assertThat(twice.count()).isEqualTo(1000);
    }

    @Test
    void tellsWhereErrorsLean() {
        double[] targets = targets();
        double[] predictions = predictions(targets);
        ErrorBias bias = ErrorBias.of(targets, predictions);
        double[] feature = Streams.gauss(500, 23);
        String[] side = new String[500];
        for (int i = 0; i < feature.length; i++) {
            double error = predictions[i] - targets[i];
            feature[i] += .5 * error;
            side[i] = error > 1.2 ? "night" : "day";
        }

        assertThat(bias.underestimation().meanError()).isCloseTo(-1.2461327005596687, within(1e-12));
        assertThat(bias.underestimation().deviation()).isCloseTo(0.24148022313360595, within(1e-12));
        assertThat(bias.underestimation().count()).isEqualTo(25);
        assertThat(bias.overestimation().meanError()).isCloseTo(1.7207013034384362, within(1e-12));
        assertThat(bias.majority().meanError()).isCloseTo(0.19109918070358828, within(1e-12));
        NumericBias numeric = bias.numeric(feature);
        assertThat(numeric.overall()).isCloseTo(0.1263495469657254, within(1e-12));
        assertThat(numeric.under()).isCloseTo(-0.7911779581150971, within(1e-12));
        assertThat(numeric.over()).isCloseTo(1.1125918105592805, within(1e-12));
        assertThat(numeric.range()).isCloseTo(28.741306391180277, within(1e-11));
        assertThat(bias.categorical(side)).isEqualTo(new CategoricalBias("day", "day", "night", true));
    }

    @Test
    void refusesRowsThatAreNone() {
        RegressionAccumulator rows = new RegressionAccumulator();
        assertThatThrownBy(() -> rows.add(Double.NaN, 1))
                .hasMessageStartingWith("target: NaN (expected: a finite number");
        assertThatThrownBy(() -> rows.add(1, Double.NEGATIVE_INFINITY)).hasMessageStartingWith("prediction: -Infinity");
        assertThat(rows.count()).isZero();
        assertThatThrownBy(() -> RegressionQuality.of(new double[2], new double[3]))
                .hasMessage("predictions: 3 values (expected: 2, one for each row)");
        assertThatThrownBy(() -> rows.merge(new RegressionAccumulator(1)))
                .hasMessage("floor: 1.0 (expected: 0.0, as here)");
        assertThatThrownBy(() ->
                        RegressionAccumulator.read(new DataInputStream(new ByteArrayInputStream(new byte[] {9, 0}))))
                .hasMessage("version: 9 (expected: 1)");
    }

    private static double[] targets() {
        double[] targets = Streams.gauss(500, 21);
        for (int i = 0; i < targets.length; i++) {
            targets[i] = 3 * targets[i] + 5;
        }
        return targets;
    }

    private static double[] predictions(double... targets) {
        double[] predictions = Streams.gauss(targets.length, 22);
        for (int i = 0; i < targets.length; i++) {
            predictions[i] = targets[i] + predictions[i] * .7 + .1;
        }
        return predictions;
    }

    private static byte[] bytes(RegressionAccumulator rows) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        rows.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static DataInputStream in(RegressionAccumulator rows) throws IOException {
        return new DataInputStream(new ByteArrayInputStream(bytes(rows)));
    }
}
