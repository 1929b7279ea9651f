package io.mlaas.ppfl.trainer;

import io.mlaas.federated.simulation.RoundReport;
import io.mlaas.trainer.job.ProgressLines;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a simulation says of its rounds. */
final class RoundLines extends ProgressLines {
    RoundLines(PrintStream out) {
        super(out);
    }

    void round(RoundReport report) {
        for (RoundReport.Trouble trouble : report.troubles()) {
            Map<String, Object> client = new LinkedHashMap<>();
            client.put("client", trouble.client());
            client.put("client_state", trouble.state().name().toLowerCase(Locale.ROOT));
            client.put("client_reason", trouble.reason());
            machine(client);
        }
        say(String.format(
                Locale.ROOT,
                "round %d/%d  loss %.5f  accuracy %.2f %%  %d of %d clients%s  (%.2f s)",
                report.round(),
                report.rounds(),
                report.loss(),
                100 * report.accuracy(),
                report.accepted(),
                report.asked(),
                report.changed() ? "" : ": too few, the model stays",
                report.seconds()));
        machine(fields(report));
    }

    /** What cannot be told, as an ε that nothing bounds, is left out: JSON knows no infinity. */
    static Map<String, Object> fields(RoundReport report) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("epoch", report.round());
        fields.put("epochs", report.rounds());
        fields.put("phase", "training");
        number(fields, "loss", report.loss());
        number(fields, "accuracy", report.accuracy());
        fields.put("clients", report.accepted());
        fields.put("clients_total", report.clients());
        number(fields, "epsilon", report.epsilon());
        fields.put("bytes_up", report.bytesUp());
        fields.put("bytes_down", report.bytesDown());
        number(fields, "seconds", report.seconds());
        return fields;
    }

    static void number(Map<String, Object> fields, String name, double value) {
        if (Double.isFinite(value)) {
            fields.put(name, rounded(value));
        }
    }
}
