import io.mlaas.neural.data.Samples;
import io.mlaas.neural.engine.PyTorch;
import io.mlaas.neural.network.NetworkDescription;
import io.mlaas.neural.network.SplitMix64;
import io.mlaas.neural.training.Trainer;
import io.mlaas.neural.training.TrainingSettings;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
            List<Double> wall = new ArrayList<>();
            List<Double> cpu = new ArrayList<>();
            long[] before = {cpuTime()};
            Trainer.train(
                    description.resolve(null),
                    settings,
                    samples,
                    epoch -> {
                        long now = cpuTime();
                        wall.add(steps / epoch.seconds());
                        cpu.add(steps * 1e9 / (now - before[0]));
                        before[0] = now;
                    },
                    () -> false);
            System.out.printf(
                    Locale.ROOT,
                    "java   %-10s %6.1f steps/s by the clock, %6.1f steps per second of processor time"
                            + " (medians of %d epochs of %d steps)%n",
                    name, median(wall), median(cpu), wall.size() - 1, steps);
        }
    }

    /** Of this process: on a machine with other work it says more than the clock. */
    private static long cpuTime() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /** Of all but the first epoch, which warms up. */
    private static double median(List<Double> speeds) {
        List<Double> sorted = speeds.subList(1, speeds.size()).stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
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
