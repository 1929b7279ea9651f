package io.mlaas.online.bench;

import io.mlaas.online.Algorithms;
import io.mlaas.online.Batch;
import io.mlaas.online.Learner;
import io.mlaas.online.Schema;
import io.mlaas.online.Target;
import io.mlaas.online.evaluation.Prequential;
import io.mlaas.online.stream.Agrawal;
import io.mlaas.online.stream.Concepts;
import io.mlaas.online.stream.Hyperplane;
import io.mlaas.online.stream.Led;
import io.mlaas.online.stream.RandomRbf;
import io.mlaas.online.stream.RowStream;
import io.mlaas.online.stream.Sea;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.LongFunction;
import tools.jackson.databind.json.JsonMapper;

/** What bench/online/run.sh runs of mlaas: streams, accuracies, speeds. */
public final class OnlineBench {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int QUARTERS = 4;

    private static final Map<String, LongFunction<RowStream>> STREAMS = new LinkedHashMap<>();
    private static final Map<String, String> LEARNERS = new LinkedHashMap<>();
    private static final Map<String, String> LINEAR = new LinkedHashMap<>();

    static {
        STREAMS.put("sea", rows -> new Sea(1, 0.1, 1));
        STREAMS.put("sea-drift", rows -> drifting(rows, i -> new Sea((int) i + 1, 0.1, i + 1)));
        STREAMS.put("agrawal", rows -> new Agrawal(1, 0.05, 1));
        STREAMS.put("agrawal-drift", rows -> drifting(rows, i -> new Agrawal((int) i + 1, 0.05, i + 1)));
        STREAMS.put("rbf", rows -> new RandomRbf(2, 10, 50, 0, 1));
        STREAMS.put("rbf-drift", rows -> new RandomRbf(5, 10, 50, 0.0001, 1));
        STREAMS.put("hyperplane", rows -> new Hyperplane(10, 10, 0.001, 0.1, 0.05, 1));
        STREAMS.put("led", rows -> new Led(0.1, 0, 1));
        int[] swapped = {0, 1, 3, 5};
        STREAMS.put("led-drift", rows -> drifting(rows, i -> new Led(0.1, swapped[(int) i], i + 1)));

        String linear = "{\"algorithm\": \"linear\", \"configuration\": {\"loss\": \"softmax\", \"optimizer\": {\"type\": \"adagrad\"}}}";
        String tree = "{\"algorithm\": \"hoeffding_tree\"}";
        String forest = "{\"algorithm\": \"adaptive_random_forest\"}";
        LEARNERS.put("baseline", "{\"algorithm\": \"baseline\"}");
        LEARNERS.put("linear", linear);
        LEARNERS.put("hoeffding_tree", tree);
        LEARNERS.put("adaptive_random_forest", forest);
        LEARNERS.put(
                "champion_race",
                "{\"algorithm\": \"champion_race\", \"configuration\": {\"contenders\": [" + linear + ", " + tree + ", " + forest
                        + "]}}");

        LINEAR.put("sgd", "{\"optimizer\": {\"learning_rate\": \"constant\", \"eta0\": 0.01, \"penalty\": \"none\"}}");
        LINEAR.put("adagrad", "{\"optimizer\": {\"type\": \"adagrad\"}}");
        LINEAR.put("ftrl", "{\"optimizer\": {\"type\": \"ftrl\"}}");
    }

    private OnlineBench() {}

    private static RowStream drifting(long rows, LongFunction<RowStream> concept) {
        List<RowStream> concepts = new ArrayList<>();
        for (long i = 0; i < QUARTERS; i++) {
            concepts.add(concept.apply(i));
        }
        return new Concepts(concepts, rows / QUARTERS);
    }

    public static void main(String[] arguments) throws IOException {
        switch (arguments[0]) {
            case "accuracy" -> accuracy(Integer.parseInt(arguments[1]), arguments[2]);
            case "write" -> write(Integer.parseInt(arguments[1]), arguments[2], Path.of(arguments[3]));
            case "write-speed" -> writeForSpeed(Integer.parseInt(arguments[1]), Path.of(arguments[2]));
            case "speed" -> speed(Path.of(arguments[1]), Integer.parseInt(arguments[2]));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static Learner learner(Schema schema, String json) {
        var node = JSON.readTree(json);
        var configuration = node.get("configuration");
        return Algorithms.named(node.get("algorithm").stringValue(), "$.algorithm")
                .create(schema, configuration == null ? JSON.createObjectNode() : configuration, "$.configuration");
    }

    private static void accuracy(int rows, String pattern) {
        STREAMS.forEach((name, made) -> {
            if (!name.matches(pattern)) {
                return;
            }
            LEARNERS.forEach((algorithm, json) -> {
                RowStream stream = made.apply(rows);
                Prequential prequential = new Prequential(learner(stream.schema(), json), 10_000);
                long start = System.nanoTime();
                for (int i = 0; i < rows; i += 1000) {
                    prequential.take(stream.next(1000));
                }
                double seconds = (System.nanoTime() - start) / 1e9;
                print("accuracy", "mlaas", name, algorithm, rows, 100 * prequential.measures().accuracy(),
                        100 * prequential.measures().kappa(), seconds);
            });
        });
    }

    private static void print(String what, String tool, String stream, String learner, int rows, double... numbers) {
        StringJoiner line = new StringJoiner("\t");
        line.add(what).add(tool).add(stream).add(learner).add(String.valueOf(rows));
        for (double number : numbers) {
            line.add(String.format(Locale.ROOT, "%.3f", number));
        }
        System.out.println(line);
    }

    /** A stream as CSV for the other tools: nominal inputs as indices, the class last. */
    private static void write(int rows, String pattern, Path folder) throws IOException {
        for (var entry : STREAMS.entrySet()) {
            if (entry.getKey().matches(pattern)) {
                RowStream stream = entry.getValue().apply(rows);
                writeCsv(stream.schema(), stream.next(rows), folder.resolve(entry.getKey() + ".csv"));
            }
        }
    }

    private static void writeCsv(Schema schema, Batch batch, Path file) throws IOException {
        int width = schema.width();
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            StringJoiner head = new StringJoiner(",");
            for (int i = 0; i < width; i++) {
                head.add((schema.values(i) == 0 ? "x" : "n") + i);
            }
            out.write(head.add("y") + "\n");
            for (int row = 0; row < batch.rows(); row++) {
                for (int i = 0; i < width; i++) {
                    double value = batch.inputs()[row * width + i];
                    out.write(value == Math.rint(value) ? (long) value + "," : value + ",");
                }
                out.write((int) batch.targets()[row] + "\n");
            }
        }
    }

    /** Ten numbers with six decimals and a class, as CSV and as text of Vowpal Wabbit. */
    private static void writeForSpeed(int rows, Path folder) throws IOException {
        RowStream stream = new Hyperplane(10, 10, 0.001, 0.1, 0.05, 7);
        double[] inputs = new double[10];
        try (BufferedWriter csv = Files.newBufferedWriter(folder.resolve("speed.csv"));
                BufferedWriter vw = Files.newBufferedWriter(folder.resolve("speed.vw"))) {
            csv.write("a,b,c,d,e,f,g,h,i,j,y\n");
            for (int row = 0; row < rows; row++) {
                int label = stream.next(inputs);
                StringBuilder line = new StringBuilder();
                StringBuilder example = new StringBuilder(label == 1 ? "1 |" : "-1 |");
                for (int i = 0; i < inputs.length; i++) {
                    String value = String.format(Locale.ROOT, "%.6f", inputs[i]);
                    line.append(value).append(',');
                    example.append(' ').append((char) ('a' + i)).append(':').append(value);
                }
                csv.write(line.append(label).append('\n').toString());
                vw.write(example.append('\n').toString());
            }
        }
    }

    private static void speed(Path folder, int rounds) throws IOException {
        Schema schema = Schema.numeric(10, new Target.Classification(List.of("0", "1")));
        for (int round = 1; round <= rounds; round++) {
            for (var entry : LINEAR.entrySet()) {
                long start = System.nanoTime();
                Learner fromFile = learner(schema, "{\"algorithm\": \"linear\", \"configuration\": " + entry.getValue() + "}");
                List<Batch> batches = new ArrayList<>();
                try (CsvRows rows = new CsvRows(folder.resolve("speed.csv"), 10)) {
                    for (Batch batch = rows.next(1000); batch.rows() > 0; batch = rows.next(1000)) {
                        fromFile.learn(batch);
                        batches.add(batch);
                    }
                }
                double seconds = (System.nanoTime() - start) / 1e9;
                int count = (int) fromFile.learned();
                print("speed", "mlaas", "text file", entry.getKey() + " round " + round, count, count / seconds);

                Learner fromMemory = learner(schema, "{\"algorithm\": \"linear\", \"configuration\": " + entry.getValue() + "}");
                start = System.nanoTime();
                batches.forEach(fromMemory::learn);
                seconds = (System.nanoTime() - start) / 1e9;
                print("speed", "mlaas", "memory", entry.getKey() + " round " + round, count, count / seconds);
                oneByOne(schema, batches, entry.getKey() + " round " + round, entry.getValue(), count);
            }
        }
    }

    /** Test-then-train with one row at a time, as a stream does it. */
    private static void oneByOne(Schema schema, List<Batch> batches, String name, String configuration, int count) {
        Learner learner = learner(schema, "{\"algorithm\": \"linear\", \"configuration\": " + configuration + "}");
        Prequential prequential = new Prequential(learner, 10_000);
        long start = System.nanoTime();
        batches.forEach(prequential::take);
        double seconds = (System.nanoTime() - start) / 1e9;
        print("speed", "mlaas", "predict, learn", name, count, count / seconds, 100 * prequential.measures().accuracy());
    }
}
