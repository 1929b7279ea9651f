import io.mlaas.neural.data.Samples;
import io.mlaas.neural.engine.PyTorch;
import io.mlaas.neural.network.NetworkDescription;
import io.mlaas.neural.network.SplitMix64;
import io.mlaas.neural.training.EpochReport;
import io.mlaas.neural.training.Trainer;
import io.mlaas.neural.training.TrainingSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Steps per second of our trainer on the networks of networks.json; trainer_speed.py does the same with torch.nn. */
class TrainerSpeed {
    public static void main(String[] args) throws Exception {
        JsonNode networks = JsonMapper.builder().build().readTree(Files.readString(Path.of(args[0])));
        System.out.println("java: " + PyTorch.versions() + " " + PyTorch.arithmetic());
        for (String name : networks.propertyNames()) {
            JsonNode node = networks.get(name);
            NetworkDescription description = NetworkDescription.parse(node.toString());
            TrainingSettings settings = TrainingSettings.parse(node.get("training"));
            int steps = name.equals("mnist-cnn") ? 20 : 100;
            Samples samples = random(description, settings.batch() * steps);
            List<EpochReport> epochs = new ArrayList<>();
            Trainer.train(description.resolve(null), settings, samples, epochs::add, () -> false);
            double[] speeds = epochs.stream().skip(1).mapToDouble(e -> steps / e.seconds()).sorted().toArray();
            System.out.printf(
                    "java %-10s median %.1f steps/s (least %.1f, most %.1f of %d epochs of %d steps)%n",
                    name, speeds[speeds.length / 2], speeds[0], speeds[speeds.length - 1], speeds.length, steps);
        }
    }

    private static Samples random(NetworkDescription description, int count) {
        SplitMix64 random = new SplitMix64(1);
        float[][] x = new float[count][description.input().elements()];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < x[i].length; j++) {
                x[i][j] = (float) random.nextDouble();
            }
            labels[i] = i % 10;
        }
        List<String> classes = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        return new Samples(description.input(), x, new Samples.Targets.Classes(labels, classes));
    }
}
