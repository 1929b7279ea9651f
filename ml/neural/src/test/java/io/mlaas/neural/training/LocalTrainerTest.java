package io.mlaas.neural.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.neural.data.Samples;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.NetworkDescription;
import io.mlaas.neural.network.SplitMix64;
import io.mlaas.neural.network.TensorShape;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class LocalTrainerTest {
    private static final OptimizerSettings SGD = new OptimizerSettings.Sgd(0.1, 0, 0, 0, false);
    private static final Samples SAMPLES = samples(60, 4, 3);
    private static final Network SOFTMAX = network("[{\"type\":\"dense\",\"units\":3},{\"type\":\"softmax\"}]");

    /** w − η ∂L/∂w of softmax regression, calculated here in double precision. */
    @Test
    void oneFullBatchStepIsTheStepOfSoftmaxRegression() {
        try (LocalTrainer trainer = new LocalTrainer(SOFTMAX, Loss.CROSS_ENTROPY)) {
            float[] start = trainer.initial(5);
            float[] after = trainer.train(start, SAMPLES, new LocalTrainer.Settings(SGD, 1, 60), 1);
            double[] expected = step(start, SAMPLES, 0.1);
            for (int i = 0; i < expected.length; i++) {
                assertThat((double) after[i]).isEqualTo(expected[i], within(1e-6));
            }
        }
    }

    /** Weight [3, 4] row-major, then bias. */
    private static double[] step(float[] w, Samples samples, double rate) {
        int[] labels = ((Samples.Targets.Classes) samples.targets()).labels();
        double[] after = new double[w.length];
        for (int i = 0; i < w.length; i++) {
            after[i] = w[i];
        }
        for (int row = 0; row < samples.count(); row++) {
            float[] x = samples.features()[row];
            double[] e = new double[3];
            double sum = 0;
            for (int c = 0; c < 3; c++) {
                double z = w[12 + c];
                for (int j = 0; j < 4; j++) {
                    z += w[c * 4 + j] * (double) x[j];
                }
                e[c] = Math.exp(z);
                sum += e[c];
            }
            for (int c = 0; c < 3; c++) {
                double residual = (e[c] / sum - (labels[row] == c ? 1 : 0)) / samples.count();
                for (int j = 0; j < 4; j++) {
                    after[c * 4 + j] -= rate * residual * x[j];
                }
                after[12 + c] -= rate * residual;
            }
        }
        return after;
    }

    @Test
    void aTrainingKnowsNothingOfTheOneBefore() {
        OptimizerSettings adam = new OptimizerSettings.Adam(0.01, 0.9, 0.999, 1e-8, 0, false);
        Network network = network(
                "[{\"type\":\"dense\",\"units\":8},{\"type\":\"batch_norm\"},{\"type\":\"dropout\",\"rate\":0.5},"
                        + "{\"type\":\"dense\",\"units\":3}]");
        LocalTrainer.Settings settings = new LocalTrainer.Settings(adam, 3, 16);
        float[] start;
        float[] first;
        try (LocalTrainer trainer = new LocalTrainer(network, Loss.CROSS_ENTROPY)) {
            start = trainer.initial(5);
            first = trainer.train(start, SAMPLES, settings, 7);
            float[] broken = start.clone();
            Arrays.fill(broken, Float.NaN);
            assertThat(trainer.train(broken, SAMPLES, settings, 8)).contains(Float.NaN);
            assertThat(trainer.train(start, SAMPLES, settings, 9)).isNotEqualTo(first);
            assertThat(trainer.train(start, SAMPLES, settings, 7)).isEqualTo(first);
        }
        try (LocalTrainer another = new LocalTrainer(network, Loss.CROSS_ENTROPY)) {
            assertThat(another.train(start, SAMPLES, settings, 7)).isEqualTo(first);
        }
    }

    @Test
    void theProximalTermPullsTowardsTheStart() {
        try (LocalTrainer trainer = new LocalTrainer(SOFTMAX, Loss.CROSS_ENTROPY)) {
            float[] start = trainer.initial(5);
            float[] free = trainer.train(start, SAMPLES, new LocalTrainer.Settings(SGD, 2, 60), 1);
            float[] pulled =
                    trainer.train(start, SAMPLES, new LocalTrainer.Settings(SGD, 2, 60, 4, GradientClip.NONE), 1);
            // the first step is at w₀, where the term has no gradient: its gradient is that of the second step
            float[] one = trainer.train(start, SAMPLES, new LocalTrainer.Settings(SGD, 1, 60), 1);
            for (int i = 0; i < start.length; i++) {
                assertThat(pulled[i]).isEqualTo(free[i] - 0.1f * 4 * (one[i] - start[i]), within(1e-6f));
            }
        }
    }

    @Test
    void evaluatesWithoutChangingAnything() {
        try (LocalTrainer trainer = new LocalTrainer(SOFTMAX, Loss.CROSS_ENTROPY)) {
            LocalTrainer.Evaluation untrained = trainer.evaluate(new float[15], SAMPLES);
            assertThat(untrained.loss()).isEqualTo(Math.log(3), within(1e-6));
            assertThat(untrained.outputs()).hasNumberOfRows(60);
            float[] trained = trainer.train(trainer.initial(5), SAMPLES, new LocalTrainer.Settings(SGD, 200, 20), 3);
            LocalTrainer.Evaluation evaluation = trainer.evaluate(trained, SAMPLES);
            assertThat(evaluation.loss()).isLessThan(0.8);
            assertThat(evaluation.accuracy())
                    .isEqualTo(trainer.evaluate(trained, SAMPLES).accuracy());
            assertThat(evaluation.accuracy().orElseThrow()).isGreaterThan(0.8);
            assertThatThrownBy(() -> trainer.evaluate(new float[14], SAMPLES))
                    .hasMessage("weights: 14 numbers (expected: 15)");
        }
    }

    @Test
    void refusesSettingsThatMeanNothing() {
        assertThatThrownBy(() -> new LocalTrainer.Settings(SGD, 0, 1)).hasMessage("epochs: 0 (expected: >= 1)");
        assertThatThrownBy(() -> new LocalTrainer.Settings(SGD, 1, 1, -1, GradientClip.NONE))
                .hasMessage("proximal: -1.0 (expected: >= 0)");
        assertThat(new GradientClip(OptionalDouble.empty(), OptionalDouble.empty()))
                .isEqualTo(GradientClip.NONE);
    }

    private static Network network(String layers) {
        NetworkDescription description = NetworkDescription.parse("{\"layers\":" + layers + "}");
        return description.resolve(TensorShape.of(4));
    }

    /** The class is the largest of the first features. */
    private static Samples samples(int count, int width, int classes) {
        SplitMix64 random = new SplitMix64(11);
        float[][] features = new float[count][width];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < width; j++) {
                features[i][j] = (float) random.nextGaussian();
            }
            for (int c = 1; c < classes; c++) {
                labels[i] = features[i][c] > features[i][labels[i]] ? c : labels[i];
            }
        }
        return new Samples(
                TensorShape.of(width), features, new Samples.Targets.Classes(labels, List.of("a", "b", "c")));
    }
}
