import io.mlaas.online.Batch;
import io.mlaas.online.Schema;
import io.mlaas.online.torch.Torch;
import io.mlaas.online.torch.TorchLearner;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Milliseconds of processor time of one update and of one prediction; online_torch.py does the same with torch.nn. */
class OnlineTorchSpeed {
    private static final int ROWS = 128;
    private static final int WARM = 60;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    public static void main(String[] args) throws Exception {
        JsonNode json = JsonMapper.shared().readTree(Files.readString(Path.of(args[0])));
        int updates = Integer.parseInt(args[1]);
        Schema schema = Schema.parse(json.get("schema"), "$.schema");
        Batch batch = batch(schema, ROWS);
        double[] one = Arrays.copyOf(batch.inputs(), schema.width());
        try (TorchLearner learner = new Torch().create(schema, json.get("configuration"))) {
            double update = median(updates, () -> learner.learn(batch));
            double prediction = median(10 * updates, () -> learner.predict(1, one));
            double many = median(updates, () -> learner.predict(ROWS, batch.inputs()));
            System.out.printf(
                    Locale.ROOT,
                    "{\"update\": %.6f, \"prediction\": %.6f, \"prediction_of_128\": %.6f}%n",
                    update, prediction, many);
        }
    }

    private static Batch batch(Schema schema, int rows) {
        SplittableRandom random = new SplittableRandom(1);
        return new Batch(
                rows,
                random.doubles((long) rows * schema.width(), -1, 1).toArray(),
                random.doubles((long) rows * schema.target().width(), 0, 1).toArray());
    }

    private static double median(int times, Runnable work) {
        for (int i = 0; i < WARM; i++) {
            work.run();
        }
        double[] taken = new double[times];
        for (int i = 0; i < times; i++) {
            long start = THREADS.getCurrentThreadCpuTime();
            work.run();
            taken[i] = (THREADS.getCurrentThreadCpuTime() - start) / 1e6;
        }
        Arrays.sort(taken);
        return taken[times / 2];
    }
}
