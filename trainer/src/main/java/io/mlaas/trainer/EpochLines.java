package io.mlaas.trainer;

import io.mlaas.neural.training.EpochReport;
import io.mlaas.trainer.job.ProgressLines;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a training says of its epochs. */
final class EpochLines extends ProgressLines {
    EpochLines(PrintStream out) {
        super(out);
    }

    /** Says nothing: what all workers do, rank 0 tells. */
    static EpochLines silent() {
        return new EpochLines(nowhere());
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
}
