import io.mlaas.federated.aggregation.Aggregation;
import io.mlaas.federated.aggregation.ServerOptimizer;
import io.mlaas.federated.simulation.ClientBehaviour;
import io.mlaas.federated.simulation.RoundReport;
import io.mlaas.federated.simulation.SimulatedClient;
import io.mlaas.federated.simulation.Simulation;
import io.mlaas.federated.simulation.SimulationResult;
import io.mlaas.federated.simulation.SimulationSettings;
import io.mlaas.federated.training.LocalTraining;
import io.mlaas.federated.training.UpdateFilters;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.NetworkDescription;
import io.mlaas.neural.network.SplitMix64;
import io.mlaas.neural.network.TensorShape;
import io.mlaas.neural.training.LocalTrainer;
import io.mlaas.neural.training.Loss;
import io.mlaas.neural.training.OptimizerSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** java FederatedSpeed.java FOLDER CLIENTS ROUNDS THREADS: rounds of FedAvg; leaves data and models for the peer. */
public class FederatedSpeed {
    static final int WIDTH = 64;
    static final int CLASSES = 10;
    static final int SAMPLES = 32;
    static final int EPOCHS = 2;

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        int clients = Integer.parseInt(arguments[1]);
        int rounds = Integer.parseInt(arguments[2]);
        int threads = Integer.parseInt(arguments[3]);
        Network network = NetworkDescription.parse("""
                {"layers": [{"type": "dense", "units": 512}, {"type": "relu"}, {"type": "dense", "units": 128},
                            {"type": "relu"}, {"type": "dense", "units": 10}]}""")
                .resolve(TensorShape.of(WIDTH));
        Samples all = samples((clients + 8) * SAMPLES);
        List<SimulatedClient> federation = new ArrayList<>();
        for (int k = 0; k < clients; k++) {
            int[] rows = IntStream.range(k * SAMPLES, (k + 1) * SAMPLES).toArray();
            federation.add(new SimulatedClient("client-%05d".formatted(k), SimulatedClient.rows(all, rows)));
        }
        Samples test = SimulatedClient.rows(
                all, IntStream.range(clients * SAMPLES, all.count()).toArray());
        LocalTrainer.Settings local =
                new LocalTrainer.Settings(new OptimizerSettings.Sgd(0.1, 0, 0, 0, false), EPOCHS, SAMPLES);
        SimulationSettings settings = new SimulationSettings(
                rounds,
                clients,
                clients,
                Loss.CROSS_ENTROPY,
                local,
                new Aggregation.Mean(true),
                new ServerOptimizer.Average(1),
                Double.POSITIVE_INFINITY,
                null,
                UpdateFilters.NONE,
                1e-5,
                1);
        write(folder.resolve("data"), all.features());
        write(folder.resolve("labels"), ((Samples.Targets.Classes) all.targets()).labels());
        try (LocalTraining training = new LocalTraining(network, Loss.CROSS_ENTROPY, local, settings.seed())) {
            write(folder.resolve("initial"), new float[][] {training.initialModel()});
        }
        long start = System.nanoTime();
        List<Double> ends = new ArrayList<>();
        SimulationResult result = Simulation.run(
                settings,
                network,
                federation,
                test,
                new Simulation.Options(
                        threads,
                        null,
                        ClientBehaviour.HONEST,
                        report -> {
                            ends.add((System.nanoTime() - start) / 1e9);
                            System.out.printf("mlaas round %d: %.2f s, loss %.6f%n", report.round(),
                                    report.seconds(), report.loss());
                        },
                        () -> false));
        write(folder.resolve("ours"), new float[][] {result.model()});
        RoundReport last = result.rounds().getLast();
        double perRound = (ends.getLast() - ends.getFirst()) / (rounds - 1);
        System.out.printf(
                "mlaas: %d clients, %d parameters, %d threads: %.3f s a round (without the first: %.2f s), %.1f MB up, "
                        + "%.1f MB down a round, resident at most %.0f MB%n",
                clients, result.model().length, threads, perRound, ends.getFirst(), last.bytesUp() / 1e6,
                last.bytesDown() / 1e6, resident());
    }

    static Samples samples(int count) {
        SplitMix64 random = new SplitMix64(42);
        float[][] centres = new float[CLASSES][WIDTH];
        for (float[] centre : centres) {
            for (int j = 0; j < WIDTH; j++) {
                centre[j] = (float) random.nextGaussian() / 4;
            }
        }
        float[][] features = new float[count][WIDTH];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = random.nextInt(CLASSES);
            for (int j = 0; j < WIDTH; j++) {
                features[i][j] = (float) (centres[labels[i]][j] + random.nextGaussian());
            }
        }
        List<String> names = IntStream.range(0, CLASSES).mapToObj(String::valueOf).toList();
        return new Samples(TensorShape.of(WIDTH), features, new Samples.Targets.Classes(labels, names));
    }

    static void write(Path file, float[][] rows) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(rows.length * rows[0].length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] row : rows) {
            for (float value : row) {
                bytes.putFloat(value);
            }
        }
        Files.write(file, bytes.array());
    }

    static void write(Path file, int[] values) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            bytes.putInt(value);
        }
        Files.write(file, bytes.array());
    }

    static double resident() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith("VmHWM"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum()
                / 1024.0;
    }
}
