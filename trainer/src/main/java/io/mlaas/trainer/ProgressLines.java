package io.mlaas.trainer;

import io.mlaas.neural.training.EpochReport;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** What the job says: lines for people, and lines that start with {@code ##mlaas } for the platform. */
final class ProgressLines {
    static final String PREFIX = "##mlaas ";
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private final PrintStream out;

    ProgressLines(PrintStream out) {
        this.out = out;
    }

    /** Says nothing: what all workers do, rank 0 tells. */
    static ProgressLines silent() {
        return new ProgressLines(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    }

    void say(String line) {
        out.println(line);
        out.flush();
    }

    void epoch(EpochReport report) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("epoch", report.epoch());
        fields.put("epochs", report.epochs());
        fields.put("loss", rounded(report.loss()));
        StringBuilder text = new StringBuilder(
                String.format(Locale.ROOT, "epoch %d/%d  loss %.5f", report.epoch(), report.epochs(), report.loss()));
        report.validationLoss().ifPresent(value -> {
            fields.put("validation_loss", rounded(value));
            text.append(String.format(Locale.ROOT, "  validation loss %.5f", value));
        });
        report.accuracy().ifPresent(value -> {
            fields.put("accuracy", rounded(value));
            text.append(String.format(Locale.ROOT, "  accuracy %.2f %%", 100 * value));
        });
        fields.put("learning_rate", report.learningRate());
        text.append(String.format(Locale.ROOT, "  (%.2f s)", report.seconds()));
        say(text.toString());
        machine(fields);
    }

    void machine(Map<String, Object> fields) {
        say(PREFIX + JSON.writeValueAsString(fields));
    }

    private static double rounded(double value) {
        return Double.isFinite(value) ? Double.parseDouble(String.format(Locale.ROOT, "%.6g", value)) : value;
    }
}
