package io.mlaas.monitoring.monitor;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is trained again when rules are broken, and how often at most.
 *
 * @param name of the action, in the history and in events
 * @param on names of alert rules: any of them
 * @param request what is trained, as JSON with every default filled in
 * @param coolDown how long after a request there is no other
 * @param most how many requests there are in a time, or null
 */
public record RetrainAction(
        String name,
        List<String> on,
        Retrain retrain,
        ObjectNode request,
        Duration coolDown,
        OnlyIf onlyIf,
        @Nullable Most most) {
    private static final Duration LONGEST = Duration.ofDays(4000);

    /** What must be said of the window beside its broken rules. */
    public enum OnlyIf {
        ALWAYS,
        TRIAGE_SAYS_RETRAIN
    }

    /** At most so many in any time of this length. */
    public record Most(int count, Duration per) {
        static Most read(Fields fields) {
            return new Most(
                    (int) fields.integer("count", 1, 1, 1000),
                    fields.duration("per", Duration.ofDays(7), Duration.ofSeconds(1), LONGEST));
        }
    }

    static RetrainAction read(Fields fields, MonitorDocument monitor) {
        String name = fields.required("name", "a name of 1 to 200 characters", Fields::isName);
        List<String> on = fields.names("on", 50);
        List<String> rules = monitor.alerts().stream().map(AlertRule::name).toList();
        for (String rule : on) {
            if (!rules.contains(rule)) {
                fields.wrong("on", "names of alert rules (" + rule + " is none)");
            }
        }
        if (on.isEmpty()) {
            fields.wrong("on", "the name of at least one alert rule");
        }
        Retrain retrain = fields.object("retrain", of -> Retrain.read(of, monitor));
        OnlyIf absent = monitor.schema().fleet().isEmpty() ? OnlyIf.ALWAYS : OnlyIf.TRIAGE_SAYS_RETRAIN;
        return new RetrainAction(
                name,
                on,
                retrain,
                (ObjectNode) fields.complete().path("retrain"),
                fields.duration("cool_down", Duration.ofHours(24), Duration.ofSeconds(1), LONGEST),
                fields.choice("only_if", OnlyIf.class, absent),
                fields.has("most") ? fields.object("most", Most::read) : null);
    }
}
