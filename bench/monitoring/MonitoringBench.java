package io.mlaas.monitoring.bench;

import io.mlaas.statistics.drift.CategoricalColumn;
import io.mlaas.statistics.drift.Column;
import io.mlaas.statistics.drift.ColumnDrift;
import io.mlaas.statistics.drift.ColumnPair;
import io.mlaas.statistics.drift.ColumnType;
import io.mlaas.statistics.drift.DataDrift;
import io.mlaas.statistics.drift.DatasetDrift;
import io.mlaas.statistics.drift.DriftMethod;
import io.mlaas.statistics.drift.DriftSettings;
import io.mlaas.statistics.drift.EffectRule;
import io.mlaas.statistics.drift.NumericalColumn;
import io.mlaas.statistics.stream.Adwin;
import io.mlaas.statistics.stream.Ddm;
import io.mlaas.statistics.stream.DriftDetector;
import io.mlaas.statistics.stream.Kswin;
import io.mlaas.statistics.stream.PageHinkley;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/** What bench/monitoring/run.sh runs of mlaas. */
public final class MonitoringBench {
    private static final List<String> NUMERICAL = List.of(
            "ks", "wasserstein", "jensenshannon", "psi", "hellinger", "kl_div", "ed", "anderson", "cramer_von_mises", "mannw");
    private static final List<String> CATEGORICAL =
            List.of("chisquare", "z", "jensenshannon", "psi", "hellinger", "kl_div", "g_test", "fisher_exact");
    private static final DriftSettings EVIDENTLY = DriftSettings.DEFAULT.with(EffectRule.NONE);

    private MonitoringBench() {}

    public static void main(String[] arguments) throws IOException {
        switch (arguments[0]) {
            case "cases" -> cases(Path.of(arguments[1]));
            case "streams" -> streams(Path.of(arguments[1]));
            case "write" -> write(Path.of(arguments[1]), Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
            case "file" -> file(Path.of(arguments[1]), Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
            case "generated" -> generated(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void cases(Path file) throws IOException {
        try (BufferedReader in = Files.newBufferedReader(file)) {
            String name = "";
            List<ColumnPair> pairs = new ArrayList<>();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] cells = line.split("\t", -1);
                if (cells[0].equals("case")) {
                    compare(name, pairs);
                    name = cells[1];
                    pairs.clear();
                } else {
                    Column reference = column(cells);
                    pairs.add(ColumnPair.feature(cells[0], reference, column(in.readLine().split("\t", -1))));
                }
            }
            compare(name, pairs);
        }
    }

    private static Column column(String[] cells) {
        String[] values = cells[2].split("\\|");
        return cells[1].equals("C")
                ? CategoricalColumn.of(List.of(values))
                : NumericalColumn.of(Arrays.stream(values)
                        .mapToDouble(value -> value.equals("nan") ? Double.NaN : Double.parseDouble(value))
                        .toArray());
    }

    private static void compare(String name, List<ColumnPair> pairs) {
        if (pairs.isEmpty()) {
            return;
        }
        DatasetDrift drift = new DataDrift(EVIDENTLY).dataset(pairs);
        System.out.println(name + "\t*\tdataset\t*\t" + drift.share() + "\t" + drift.drift());
        for (int i = 0; i < pairs.size(); i++) {
            print(name, "default", drift.columns().get(i));
            boolean numbers = pairs.get(i).reference().type() == ColumnType.NUMERICAL;
            for (String method : numbers ? NUMERICAL : CATEGORICAL) {
                DriftMethod chosen = DriftMethod.of(method);
                DriftSettings settings = numbers ? EVIDENTLY.with(chosen, null) : EVIDENTLY.with(null, chosen);
                print(name, method, new DataDrift(settings).column(pairs.get(i)));
            }
        }
    }

    private static void print(String name, String asked, ColumnDrift column) {
        System.out.println(name + "\t" + column.name() + "\t" + asked + "\t" + switch (column) {
            case ColumnDrift.Tested tested -> tested.method().id() + "\t" + tested.score() + "\t" + tested.drifted();
            case ColumnDrift.NotTested not -> "-\tNaN\t" + not.reason();
        });
    }

    private static void streams(Path file) throws IOException {
        for (String line : Files.readAllLines(file)) {
            String[] cells = line.split("\t");
            double[] stream = Arrays.stream(cells[1].split(" ")).mapToDouble(Double::parseDouble).toArray();
            for (String name : List.of("adwin 0.002", "adwin 0.1", "page_hinkley up", "page_hinkley down", "page_hinkley both",
                    "kswin 200 100", "kswin 60 30", "ddm")) {
                if (name.equals("ddm") && Integer.parseInt(cells[0]) % 2 == 0) {
                    continue;
                }
                DriftDetector detector = detector(name);
                StringBuilder found = new StringBuilder();
                for (int i = 0; i < stream.length; i++) {
                    found.append(detector.update(stream[i]) ? (found.isEmpty() ? "" : " ") + i : "");
                }
                System.out.println(cells[0] + "\t" + name + "\t" + found);
            }
        }
    }

    private static DriftDetector detector(String name) {
        return switch (name) {
            case "adwin 0.002" -> new Adwin(0.002);
            case "adwin 0.1" -> new Adwin(0.1);
            case "kswin 200 100" -> new Kswin(new Kswin.Settings(0.0001, 200, 100, 42));
            case "kswin 60 30" -> new Kswin(new Kswin.Settings(0.005, 60, 30, 42));
            case "ddm" -> new Ddm();
            default -> new PageHinkley(new PageHinkley.Settings(
                    30, 0.005, 20, 1 - 0.0001, PageHinkley.Mode.valueOf(name.split(" ")[1].toUpperCase(java.util.Locale.ROOT))));
        };
    }

    /** Columns that are normal, every fourth of the current data a little wider and moved. */
    private static double[] generate(int column, boolean current, int rows) {
        SplittableRandom random = new SplittableRandom(2L * column + (current ? 1 : 0));
        double scale = current && column % 4 == 0 ? 1.1 : 1;
        double shift = current && column % 4 == 0 ? 0.2 : 0;
        double[] values = new double[rows];
        for (int i = 0; i < rows; i++) {
            values[i] = random.nextGaussian() * scale + shift;
        }
        return values;
    }

    private static void write(Path file, int rows, int columns) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.allocate(rows * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < 2 * columns; i++) {
                bytes.clear();
                bytes.asDoubleBuffer().put(generate(i / 2, i % 2 == 1, rows));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
        }
    }

    private static void file(Path file, int rows, int columns) throws IOException {
        try (FileChannel in = FileChannel.open(file)) {
            report(columns, i -> pair(i, read(in, 2L * i, rows), read(in, 2L * i + 1, rows)));
        }
    }

    private static double[] read(FileChannel in, long column, int rows) {
        try {
            double[] values = new double[rows];
            in.map(FileChannel.MapMode.READ_ONLY, column * rows * Double.BYTES, (long) rows * Double.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asDoubleBuffer()
                    .get(values);
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void generated(int rows, int columns) throws IOException {
        report(columns, i -> pair(i, generate(i, false, rows), generate(i, true, rows)));
    }

    private static ColumnPair pair(int column, double[] reference, double[] current) {
        return ColumnPair.feature("c" + column, NumericalColumn.owning(reference), NumericalColumn.owning(current));
    }

    private static void report(int columns, IntFunction<ColumnPair> load) throws IOException {
        DatasetDrift drift = new DataDrift(DriftSettings.DEFAULT).dataset(columns, load);
        System.out.println("mlaas: " + drift.drifted() + " of " + drift.tested() + " columns drifted");
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            lines.filter(line -> line.startsWith("VmHWM")).forEach(System.out::println);
        }
    }
}
