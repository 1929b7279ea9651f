package io.mlaas.monitoring.bench;

import io.mlaas.statistics.estimation.ClassificationEstimate;
import io.mlaas.statistics.estimation.ConfidenceBasedEstimation;
import io.mlaas.statistics.estimation.DirectLossEstimation;
import io.mlaas.statistics.estimation.DirectLossEstimation.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Estimates performance without labels from tables that estimation.py wrote, and prints what came out for it to compare. */
public final class EstimationBench {
    private static final int CHUNK = 1000;

    private EstimationBench() {}

    /** @param args a folder with NAME.reference.csv and NAME.current.csv; columns of probabilities or features, prediction, target */
    public static void main(String... args) throws IOException {
        Path folder = Path.of(args[0]);
        try (var files = Files.list(folder)) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".reference.csv"))
                    .map(name -> name.substring(0, name.indexOf('.')))
                    .sorted()
                    .toList();
            for (String name : names) {
                double[][] reference = read(folder.resolve(name + ".reference.csv"));
                double[][] current = read(folder.resolve(name + ".current.csv"));
                long start = System.nanoTime();
                if (name.startsWith("dle")) {
                    losses(name, reference, current);
                } else {
                    confidence(name, reference, current);
                }
                System.err.printf("%s: %.2f s%n", name, (System.nanoTime() - start) / 1e9);
            }
        }
    }

    private static void confidence(String name, double[][] reference, double[][] current) {
        var estimation = ConfidenceBasedEstimation.fit(inputs(reference), labels(reference, 1));
        for (int from = 0; from < current.length; from += CHUNK) {
            double[][] chunk = Arrays.copyOfRange(current, from, from + CHUNK);
            ClassificationEstimate estimate = estimation.estimate(inputs(chunk), labels(chunk, 2));
            print(name, from / CHUNK, "accuracy", estimate.accuracy());
            print(name, from / CHUNK, "precision", estimate.precision());
            print(name, from / CHUNK, "recall", estimate.recall());
            print(name, from / CHUNK, "specificity", estimate.specificity());
            print(name, from / CHUNK, "f1", estimate.f1());
            print(name, from / CHUNK, "roc_auc", estimate.rocAuc());
        }
    }

    private static void losses(String name, double[][] reference, double[][] current) {
        var estimation = DirectLossEstimation.fit(
                inputs(reference), column(reference, 2), column(reference, 1), Metric.values());
        for (int from = 0; from < current.length; from += CHUNK) {
            double[][] chunk = Arrays.copyOfRange(current, from, from + CHUNK);
            for (Metric metric : Metric.values()) {
                double estimate = estimation.estimate(metric, inputs(chunk), column(chunk, 2));
                print(name, from / CHUNK, metric.name().toLowerCase(Locale.ROOT), estimate);
            }
        }
    }

    private static void print(String name, int chunk, String metric, double value) {
        System.out.println(name + "\t" + chunk + "\t" + metric + "\t" + value);
    }

    private static double[][] read(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .skip(1)
                .map(line -> Arrays.stream(line.split(","))
                        .mapToDouble(Double::parseDouble)
                        .toArray())
                .toArray(double[][]::new);
    }

    private static double[][] inputs(double[]... rows) {
        return Arrays.stream(rows)
                .map(row -> Arrays.copyOf(row, row.length - 2))
                .toArray(double[][]::new);
    }

    private static double[] column(double[][] rows, int fromTheEnd) {
        return Arrays.stream(rows)
                .mapToDouble(row -> row[row.length - fromTheEnd])
                .toArray();
    }

    private static int[] labels(double[][] rows, int fromTheEnd) {
        return Arrays.stream(column(rows, fromTheEnd))
                .mapToInt(label -> (int) label)
                .toArray();
    }
}
