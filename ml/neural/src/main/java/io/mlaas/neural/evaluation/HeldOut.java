package io.mlaas.neural.evaluation;

import io.mlaas.neural.data.Samples;
import io.mlaas.neural.engine.TorchScriptRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures the very archive that is handed out on the rows that training never saw. */
public final class HeldOut {
    private static final int BATCH = 256;

    private HeldOut() {}

    /** A report as JSON fields, and as text for the log. */
    public record Measured(Map<String, Object> fields, String text) {}

    /**
     * @param outputKind as in the model card
     * @param rows of the samples, those that are held out
     */
    public static Measured measure(Path model, String outputKind, Samples samples, int[] rows) throws IOException {
        float[][] outputs = outputs(model, samples, rows);
        return switch (samples.targets()) {
            case Samples.Targets.Classes(int[] labels, List<String> names) -> {
                double[][] probabilities = Arrays.stream(outputs)
                        .map(row -> probabilities(row, outputKind))
                        .toArray(double[][]::new);
                int[] truth = Arrays.stream(rows).map(row -> labels[row]).toArray();
                yield classification(ClassificationReport.of(names, truth, probabilities));
            }
            case Samples.Targets.Values(float[][] values) ->
                regression(RegressionReport.of(
                        Arrays.stream(rows).mapToObj(row -> values[row]).toArray(float[][]::new), outputs));
        };
    }

    private static float[][] outputs(Path model, Samples samples, int[] rows) throws IOException {
        float[][] outputs = new float[rows.length][];
        int width = samples.shape().elements();
        try (TorchScriptRunner runner = TorchScriptRunner.load(model)) {
            for (int from = 0; from < rows.length; from += BATCH) {
                int count = Math.min(BATCH, rows.length - from);
                float[] x = new float[count * width];
                for (int i = 0; i < count; i++) {
                    System.arraycopy(samples.features()[rows[from + i]], 0, x, i * width, width);
                }
                float[] y = runner.run(x, samples.shape().batch(count));
                int outputWidth = y.length / count;
                for (int i = 0; i < count; i++) {
                    outputs[from + i] = Arrays.copyOfRange(y, i * outputWidth, (i + 1) * outputWidth);
                }
            }
        }
        return outputs;
    }

    /** One row of outputs as a probability for each class. */
    private static double[] probabilities(float[] row, String kind) {
        double[] p = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            p[i] = row[i];
        }
        if (row.length == 1) {
            double positive = kind.equals("probabilities") ? p[0] : 1 / (1 + Math.exp(-p[0]));
            return new double[] {1 - positive, positive};
        }
        if (kind.equals("probabilities")) {
            return p;
        }
        double max = Arrays.stream(p).max().orElse(0);
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            p[i] = Math.exp(p[i] - max);
            sum += p[i];
        }
        for (int i = 0; i < p.length; i++) {
            p[i] /= sum;
        }
        return p;
    }

    private static Measured classification(ClassificationReport report) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("accuracy", report.accuracy());
        fields.put("log_loss", report.logLoss());
        fields.put("macro_f1", report.macroF1());
        fields.put("confusion", report.confusion());
        fields.put(
                "per_class",
                report.perClass().stream()
                        .map(c -> {
                            Map<String, Object> one = new LinkedHashMap<>();
                            one.put("label", c.label());
                            one.put("precision", c.precision());
                            one.put("recall", c.recall());
                            one.put("f1", c.f1());
                            one.put("support", c.support());
                            return one;
                        })
                        .toList());
        return new Measured(
                fields,
                String.format(
                        java.util.Locale.ROOT,
                        "held-out accuracy %.2f %%, log loss %.4f%n%s",
                        100 * report.accuracy(),
                        report.logLoss(),
                        report.confusionText()));
    }

    private static Measured regression(RegressionReport report) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("mse", report.mse());
        fields.put("rmse", report.rmse());
        fields.put("mae", report.mae());
        fields.put("r2", report.r2());
        return new Measured(
                fields,
                String.format(
                        java.util.Locale.ROOT,
                        "held-out MSE %.6g, RMSE %.6g, MAE %.6g, R2 %.4f",
                        report.mse(),
                        report.rmse(),
                        report.mae(),
                        report.r2()));
    }
}
