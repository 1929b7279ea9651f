package io.mlaas.neural.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.mlaas.distributed.GlooProcessGroup;
import io.mlaas.distributed.ProcessGroup;
import io.mlaas.distributed.Rendezvous;
import io.mlaas.neural.data.InvalidDataException;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.NetworkDescription;
import io.mlaas.neural.network.TensorShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several workers, as threads of this process with real collectives between them. */
class WorkersTest {
    private static final String LAYERS = "{\"type\": \"dense\", \"units\": 16}, {\"type\": \"tanh\"},"
            + " {\"type\": \"dense\", \"units\": 3}, {\"type\": \"softmax\"}";
    private static final String DROPOUT = "{\"type\": \"dense\", \"units\": 16}, {\"type\": \"batch_norm\"},"
            + " {\"type\": \"relu\"}, {\"type\": \"dropout\", \"rate\": 0.3},"
            + " {\"type\": \"dense\", \"units\": 3}, {\"type\": \"softmax\"}";
    private static final String SETTINGS = """
            "optimizer": "%s", "epochs": %d, "batch": %d, "seed": 3, "split": {"test": 0.1, "validation": 0.2},
            "class_weights": [1, 2, 0.5], "gradient_clip": {"norm": 1}, "schedule": {"type": "plateau", "patience": 0}""";

    @TempDir
    Path directory;

    private static Samples samples(int count) {
        float[][] x = new float[count][5];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < 5; j++) {
                x[i][j] = (float) Math.sin(i * 1.7 + j * j);
            }
            labels[i] = x[i][0] + x[i][1] > 0.3 ? 0 : x[i][2] > 0 ? 1 : 2;
        }
        return new Samples(TensorShape.of(5), x, new Samples.Targets.Classes(labels, List.of("a", "b", "c")));
    }

    private static TrainingResult train(
            String layers, String training, Samples samples, Workers workers, BooleanSupplier cancelled) {
        NetworkDescription description =
                NetworkDescription.parse("{\"layers\": [" + layers + "], \"training\": {" + training + "}}");
        Network network = description.resolve(samples.shape());
        TrainingSettings settings = TrainingSettings.parse(description.training());
        return Trainer.train(network, settings, samples, workers, report -> {}, cancelled);
    }

    private interface Work<T> {
        T of(ProcessGroup group) throws Exception;
    }

    private <T> List<Future<T>> ranks(int size, Work<T> work) throws Exception {
        Rendezvous.Store store = new Rendezvous.Store.File(
                Files.createTempDirectory(directory, "r").resolve("store"));
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            return threads.invokeAll(IntStream.range(0, size)
                    .mapToObj(rank -> (java.util.concurrent.Callable<T>) () -> {
                        try (ProcessGroup group =
                                GlooProcessGroup.join(new Rendezvous(rank, size, store, Duration.ofSeconds(60)))) {
                            T result = work.of(group);
                            group.leave();
                            return result;
                        }
                    })
                    .toList());
        }
    }

    private static List<Float> numbers(TrainingResult result) {
        List<Float> numbers = new ArrayList<>();
        result.weights().tensors().values().forEach(tensor -> {
            for (float value : tensor.values()) {
                numbers.add(value);
            }
        });
        return numbers;
    }

    /** 131 samples to train on: of the last batch of 5 the ranks get 2, 3 and none. */
    @Test
    void threeWorkersEqualOneWithTheirBatchesTogether() throws Exception {
        Samples samples = samples(187);
        List<String> optimizers = List.of("adam", "sgd");
        List<Future<List<TrainingResult>>> three = ranks(3, group -> optimizers.stream()
                .map(optimizer -> train(
                        LAYERS, SETTINGS.formatted(optimizer, 5, 21), samples, new Workers(group, null), () -> false))
                .toList());
        for (int i = 0; i < optimizers.size(); i++) {
            TrainingResult one =
                    train(LAYERS, SETTINGS.formatted(optimizers.get(i), 5, 63), samples, Workers.one(), () -> false);
            assertThat(one.split().train()).hasSize(131);
            List<Float> first = numbers(three.getFirst().get().get(i));
            assertClose(first, numbers(one));
            for (Future<List<TrainingResult>> rank : three) {
                TrainingResult result = rank.get().get(i);
                assertThat(numbers(result)).isEqualTo(first);
                assertSameCourse(result, one);
            }
            assertThat(three.getFirst().get().get(i).heldOut()).hasDimensions(19, 3);
        }
    }

    private static void assertClose(List<Float> actual, List<Float> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i)).isCloseTo(expected.get(i), offset(1e-6f));
        }
    }

    private static void assertSameCourse(TrainingResult actual, TrainingResult expected) {
        assertThat(actual.steps()).isEqualTo(expected.steps());
        assertThat(actual.epochs()).hasSameSizeAs(expected.epochs());
        for (int i = 0; i < expected.epochs().size(); i++) {
            EpochReport truth = expected.epochs().get(i);
            EpochReport report = actual.epochs().get(i);
            assertThat(report.loss()).isCloseTo(truth.loss(), offset(1e-6));
            assertThat(report.validationLoss().orElseThrow())
                    .isCloseTo(truth.validationLoss().orElseThrow(), offset(1e-6));
            assertThat(report.accuracy()).isEqualTo(truth.accuracy());
        }
    }

    @Test
    void aWorldOfOneIsTheOrdinaryTrainingBitForBit() {
        Samples samples = samples(80);
        String settings = SETTINGS.formatted("adam", 3, 16);
        CheckpointFile file = new CheckpointFile(directory.resolve("checkpoint"), line -> {});
        assertThat(numbers(train(DROPOUT, settings, samples, new Workers(ProcessGroup.alone(), file), () -> false)))
                .isEqualTo(numbers(train(DROPOUT, settings, samples, Workers.one(), () -> false)));
    }

    /** Batch statistics, dropout, plateau and early stopping go on as if nothing had happened. */
    @Test
    void aCancelledTrainingGoesOnFromItsCheckpointToTheSameBits() {
        assertGoesOn(ProcessGroup.alone(), DROPOUT, 5);
    }

    /** Without dropout: threads of one process share the engine's generator. */
    @Test
    void aTrainingThatOneOfTwoCancelledGoesOnFromItsCheckpointToTheSameBits() throws Exception {
        for (Future<Boolean> rank : ranks(2, group -> {
            assertGoesOn(group, DROPOUT.replace("\"rate\": 0.3", "\"rate\": 0"), 1 + 10 * group.rank());
            return true;
        })) {
            assertThat(rank.get()).isTrue();
        }
    }

    /** @param steps that the rank lets pass after the third epoch before it cancels, of 9 or 5 */
    private void assertGoesOn(ProcessGroup group, String layers, int steps) {
        Samples samples = samples(90);
        String settings = SETTINGS.formatted("adam", 6, 8) + ", \"early_stopping\": {\"patience\": 4}";
        TrainingResult undisturbed = train(layers, settings, samples, new Workers(group, null), () -> false);
        Workers checkpointed = new Workers(group, new CheckpointFile(directory.resolve("checkpoint"), line -> {}));
        int[] asked = {0};
        BooleanSupplier cancel = () -> ++asked[0] > 15 + steps;
        assertThatThrownBy(() -> train(layers, settings, samples, checkpointed, cancel))
                .isInstanceOf(CancellationException.class);
        TrainingResult resumed = train(layers, settings, samples, checkpointed, () -> false);
        assertThat(numbers(resumed)).isEqualTo(numbers(undisturbed));
        assertThat(resumed.steps()).isEqualTo(undisturbed.steps());
        assertThat(resumed.best()).isEqualTo(undisturbed.best());
        assertThat(resumed.epochs().stream().map(EpochReport::loss))
                .isEqualTo(undisturbed.epochs().stream().map(EpochReport::loss).toList());
    }

    @Test
    void aCheckpointThatIsDamagedOrOfAnotherTrainingIsNotUsed() throws IOException {
        List<String> told = new ArrayList<>();
        Path path = directory.resolve("checkpoint");
        Workers workers = new Workers(ProcessGroup.alone(), new CheckpointFile(path, told::add));
        Samples samples = samples(40);
        List<Float> truth = numbers(train(LAYERS, SETTINGS.formatted("adam", 2, 8), samples, workers, () -> false));
        train(LAYERS, SETTINGS.formatted("adam", 3, 8), samples, workers, () -> false);
        assertThat(told).singleElement().asString().contains("is of another network, other settings");
        byte[] file = Files.readAllBytes(path);
        file[file.length / 2] ^= 1;
        Files.write(path, file);
        assertThat(numbers(train(LAYERS, SETTINGS.formatted("adam", 2, 8), samples, workers, () -> false)))
                .isEqualTo(truth);
        assertThat(told.getLast()).contains("is damaged");
    }

    @Test
    void aRankWithOtherSamplesIsRefused() throws Exception {
        List<Future<TrainingResult>> ranks = ranks(
                2,
                group -> train(
                        LAYERS,
                        SETTINGS.formatted("sgd", 1, 8),
                        samples(40 + group.rank()),
                        new Workers(group, null),
                        () -> false));
        assertThatThrownBy(ranks.get(1)::get)
                .hasCauseInstanceOf(InvalidDataException.class)
                .hasMessageContaining("rank 1: other network, settings or samples than rank 0");
        assertThatThrownBy(ranks.get(0)::get).hasMessageContaining("rank 1 ended before the others");
    }

    @Test
    void theRateOfFourWorkersRisesToFourTimes() {
        TrainingSettings.RateScaling scaling = new TrainingSettings.RateScaling(2);
        assertThat(scaling.factor(4, 0)).isEqualTo(1);
        assertThat(scaling.factor(4, 1)).isEqualTo(2.5);
        assertThat(scaling.factor(4, 7)).isEqualTo(4);
        assertThat(scaling.factor(1, 1)).isEqualTo(1);
    }
}
