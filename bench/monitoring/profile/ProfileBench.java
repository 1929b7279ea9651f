package io.mlaas.monitoring.bench;

import io.mlaas.profile.CategoricalProfile;
import io.mlaas.profile.DatasetProfile;
import io.mlaas.profile.NumericProfile;
import io.mlaas.profile.ProfileDrift;
import io.mlaas.statistics.drift.ColumnDrift;
import io.mlaas.statistics.drift.ColumnPair;
import io.mlaas.statistics.drift.DataDrift;
import io.mlaas.statistics.drift.DriftMethod;
import io.mlaas.statistics.drift.DriftSettings;
import io.mlaas.statistics.drift.NumericalColumn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Profiles: what a value costs, what they take, and how often they decide as the rows themselves would. */
public final class ProfileBench {
    private static final String[] KINDS = {"normal", "log-normal", "uniform", "two humps", "rounded", "five values"};
    private static final double[] SHIFTS = {0, .04, .08, .16, .5};

    private ProfileBench() {}

    public static void main(String... args) {
        switch (args[0]) {
            case "speed" -> speed(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
            case "agreement" -> agreement(Integer.parseInt(args[1]));
            default -> throw new IllegalArgumentException("mode: " + args[0] + " (expected: speed or agreement)");
        }
    }

    private static void speed(int rows, int columns) {
        double[] values = new SplittableRandom(1).doubles(1 << 20).toArray();
        String[] names = {"eco", "boost", "off", "night"};
        for (int round = 1; round <= 3; round++) {
            NumericProfile numbers = new NumericProfile();
            long start = System.nanoTime();
            for (int i = 0; i < 20_000_000; i++) {
                numbers.add(values[i & (1 << 20) - 1]);
            }
            double perNumber = (System.nanoTime() - start) / 20e6;
            CategoricalProfile categories = new CategoricalProfile();
            start = System.nanoTime();
            for (int i = 0; i < 5_000_000; i++) {
                categories.add(names[i & 3]);
            }
            double perCategory = (System.nanoTime() - start) / 5e6;
            System.out.printf(
                    "round %d\tns per number, one thread\t%.1f\tns per category\t%.1f%n",
                    round, perNumber, perCategory);
        }
        wide(rows, columns, values);
    }

    /** Batches of 1,000 rows, column by column on all processors, as a file of columns would be read. */
    private static void wide(int rows, int columns, double[] values) {
        DatasetProfile profile = new DatasetProfile();
        String[] names = IntStream.range(0, columns).mapToObj(i -> "x" + i).toArray(String[]::new);
        double[][] batch = new double[columns][];
        long start = System.nanoTime();
        for (int row = 0; row < rows; row += 1000) {
            for (int i = 0; i < columns; i++) {
                int from = (row * 31 + i * 997) % (values.length - 1000);
                batch[i] = Arrays.copyOfRange(values, from, from + 1000);
            }
            profile.addNumeric(names, batch);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        start = System.nanoTime();
        byte[] bytes = profile.toBytes();
        double writing = (System.nanoTime() - start) / 1e9;
        start = System.nanoTime();
        new ProfileDrift(DriftSettings.DEFAULT).compare(profile, DatasetProfile.fromBytes(bytes));
        double comparing = (System.nanoTime() - start) / 1e9;
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        System.out.printf(
                "%,d rows × %,d columns\t%.1f s\t%.1f million values/s\tprofile %.1f MB, written in %.2f s, compared"
                        + " in %.1f s\theap in use %.0f MB, %s%n",
                rows,
                columns,
                seconds,
                (double) rows * columns / seconds / 1e6,
                bytes.length / 1e6,
                writing,
                comparing,
                (runtime.totalMemory() - runtime.freeMemory()) / 1e6,
                peak());
    }

    /** The most memory that the process ever had, as Linux tells it. */
    private static String peak() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM")).findFirst().orElse("").replaceAll("\\s+", " ");
        } catch (IOException notLinux) {
            return "peak memory not known";
        }
    }

    private static void agreement(int columns) {
        for (int k : new int[] {256, 1024, 2048, 4096}) {
            for (int[] sizes : new int[][] {{1000, 5000}, {4000, 3000}, {20_000, 20_000}}) {
                agreement(columns, k, sizes[0], sizes[1], "default", DriftSettings.DEFAULT);
            }
            agreement(columns, k, 4000, 3000, "psi", DriftSettings.DEFAULT.with(DriftMethod.PSI, null));
            agreement(columns, k, 4000, 3000, "ks", DriftSettings.DEFAULT.with(DriftMethod.KOLMOGOROV_SMIRNOV, null));
        }
    }

    private static void agreement(int columns, int k, int before, int after, String tests, DriftSettings settings) {
        long[] results = IntStream.range(0, columns)
                .parallel()
                .mapToObj(i -> column(i, k, before, after, settings))
                .collect(
                        () -> new long[2],
                        (sum, one) -> {
                            sum[0] += one[0];
                            sum[1] += one[1];
                        },
                        (sum, other) -> {
                            sum[0] += other[0];
                            sum[1] += other[1];
                        });
        System.out.printf(
                "k %d\ttests %s\treference %,d, current %,d\t%,d columns, %,d drifted\tagree %.2f %%%n",
                k, tests, before, after, columns, results[0], 100 - 100.0 * results[1] / columns);
    }

    private static long[] column(int index, int k, int before, int after, DriftSettings settings) {
        SplittableRandom random = new SplittableRandom(index);
        int kind = index % KINDS.length;
        double shift = SHIFTS[index / KINDS.length % SHIFTS.length];
        double[] x = values(random, kind, before, 0);
        double[] y = values(random, kind, after, shift);
        DatasetProfile reference = new DatasetProfile(k);
        DatasetProfile current = new DatasetProfile(k);
        reference.numeric("x").addAll(x);
        current.numeric("x").addAll(y);
        DriftSettings alone = settings.withParallelism(1);
        ColumnDrift exact =
                new DataDrift(alone).column(ColumnPair.feature("x", NumericalColumn.of(x), NumericalColumn.of(y)));
        ColumnDrift sketched =
                new ProfileDrift(alone).compare(reference, current).columns().getFirst();
        return new long[] {exact.drifted() ? 1 : 0, exact.drifted() == sketched.drifted() ? 0 : 1};
    }

    private static double[] values(SplittableRandom random, int kind, int rows, double shift) {
        double[] values = new double[rows];
        for (int i = 0; i < rows; i++) {
            double normal = random.nextGaussian();
            values[i] = switch (kind) {
                case 0 -> normal + shift;
                case 1 -> Math.exp(normal + shift);
                case 2 -> random.nextDouble() + .3 * shift;
                case 3 -> (random.nextBoolean() ? 4 : -4) + normal + 2 * shift;
                case 4 -> Math.rint(10 * (normal + shift));
                default -> random.nextDouble() < .4 + .3 * shift ? 1 : random.nextInt(4);
            };
        }
        return values;
    }
}
