package io.mlaas.online.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.explanation.Explainer;
import io.mlaas.explanation.Explanation;
import io.mlaas.explanation.Settings;
import io.mlaas.neural.network.SplitMix64;
import io.mlaas.online.Batch;
import io.mlaas.online.Input;
import io.mlaas.online.Schema;
import io.mlaas.online.Target;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/**
 * Forecasts of energy, as a whole: a network of two GRU layers and two fully connected ones learns a plant's generation of
 * the next 24 hours from the last 36, day by day as the data arrive; then, with its first GRU frozen, consumption from a
 * few days. The series are drawn here: a sky that changes from day to day, with clouds, and a household's two peaks.
 */
class EnergyForecastTest {
    private static final int IN = 36;
    private static final int OUT = 24;
    private static final Schema WINDOWS = new Schema(
            List.of(new Input.Tensor("hours", List.of(IN, 1))),
            new Target.Regression(
                    IntStream.rangeClosed(1, OUT).mapToObj(h -> "h" + h).toList()));

    private static final String NETWORK = """
            "network": {"layers": [
              {"type": "gru", "units": 16, "return": "sequence", "name": "gru_1"},
              {"type": "gru", "units": 16, "name": "gru_2"},
              {"type": "dense", "units": 16, "name": "hidden"}, {"type": "relu"},
              {"type": "dense", "units": 24, "name": "forecast"}]}""";

    private static final String RETRAINED = """
            , "optimizer": {"type": "adam", "learning_rate": 0.001, "beta1": 0.9, "beta2": 0.99},
            "loss": "mse", "batch_size": 128, "epochs": 50}""";

    private static double[] generation(int days) {
        SplitMix64 random = new SplitMix64(1);
        double[] hours = new double[24 * days];
        for (int t = 0; t < hours.length; t++) {
            double sky = 0.3 + 0.7 * (t / 24 * 0.618 % 1);
            double sun = Math.max(0, Math.sin(Math.PI * (t % 24 - 6) / 12));
            hours[t] = Math.clamp(sun * (sky + 0.15 * random.nextGaussian()), 0, 1);
        }
        return hours;
    }

    private static double[] consumption(int days) {
        SplitMix64 random = new SplitMix64(2);
        double[] hours = new double[24 * days];
        for (int t = 0; t < hours.length; t++) {
            double morning = Math.exp(-Math.pow(t % 24 - 8, 2) / 4);
            double evening = Math.exp(-Math.pow(t % 24 - 19, 2) / 8);
            hours[t] = 0.2 + 0.35 * morning + 0.55 * evening + 0.06 * random.nextGaussian();
        }
        return hours;
    }

    /** All windows whose forecast ends before hour {@code to}, from the one that begins at {@code from} on. */
    private static Batch windows(double[] hours, int from, int to) {
        int rows = to - from - IN - OUT + 1;
        double[] inputs = new double[rows * IN];
        double[] targets = new double[rows * OUT];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(hours, from + row, inputs, row * IN, IN);
            System.arraycopy(hours, from + row + IN, targets, row * OUT, OUT);
        }
        return new Batch(rows, inputs, targets);
    }

    /** Mean squared error of saying the last hour's value, or that of the same hour a day before. */
    private static double naive(Batch batch, boolean seasonal) {
        double sum = 0;
        for (int i = 0; i < batch.targets().length; i++) {
            int row = i / OUT;
            double said = batch.inputs()[row * IN + (seasonal ? IN - 24 + i % OUT : IN - 1)];
            sum += (batch.targets()[i] - said) * (batch.targets()[i] - said);
        }
        return sum / batch.targets().length;
    }

    private static TorchLearner learner(String configuration, byte[]... archives) {
        return new Torch(digest -> Optional.of(archives[0]))
                .create(WINDOWS, JsonMapper.shared().readTree("{" + configuration));
    }

    @Test
    void forecastsGenerationThenConsumptionFromAFewDays() {
        double[] generation = generation(16);
        Batch unseen = windows(generation, 24 * 11, 24 * 16);
        byte[] trained;
        try (TorchLearner learner = learner(NETWORK + """
                , "optimizer": {"type": "adam", "learning_rate": 0.005, "beta1": 0.9, "beta2": 0.99},
                "loss": "mse", "batch_size": 128, "epochs": 16}""")) {
            for (int day = 8; day <= 11; day++) {
                learner.learn(windows(generation, 0, 24 * day));
            }
            assertThat(learner.loss(unseen)).isLessThan(naive(unseen, true)).isLessThan(naive(unseen, false));
            trained = learner.archive();
            explain(learner, unseen);
        }
        transfer(trained);
    }

    private static void explain(TorchLearner learner, Batch unseen) {
        double[] window = java.util.Arrays.copyOf(unseen.inputs(), IN);
        Explanation explanation = Explainer.ofTorchScript(learner.archive())
                .explain(new double[][] {window}, Settings.DEFAULT)
                .getFirst();
        assertThat(explanation.attributions())
                .hasSize(OUT)
                .allMatch(
                        hour -> Math.abs(hour.delta()) < 1e-13 && hour.along(0).size() == IN);
    }

    private static void transfer(byte[] trained) {
        double[] consumption = consumption(9);
        Batch few = windows(consumption, 0, 24 * 5);
        Batch unseen = windows(consumption, 24 * 5, 24 * 9);
        String archive = "\"archive\": \"" + Archive.read(trained).sha256() + "\"";
        try (TorchLearner scratch = learner(NETWORK + RETRAINED);
                TorchLearner transferred = learner(archive + ", \"freeze\": [\"gru_1\"]" + RETRAINED, trained)) {
            scratch.learn(few);
            transferred.learn(few);
            assertThat(transferred.loss(unseen)).isLessThan(0.7 * scratch.loss(unseen));
            Archive before = Archive.read(trained);
            Archive after = Archive.read(transferred.archive());
            for (String name : before.parameters()) {
                assertThat(after.elements(name).equals(before.elements(name))).isEqualTo(name.startsWith("gru_1."));
            }
        }
    }
}
