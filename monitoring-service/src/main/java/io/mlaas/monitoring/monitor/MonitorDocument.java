package io.mlaas.monitoring.monitor;

import io.mlaas.monitoring.rows.Layout;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a monitor is, without its reference.
 *
 * @param subject what is watched: {@code learner:…}, {@code model:…} or {@code service:…}
 * @param retention how long rows, labels and reports are kept, by event time
 */
public record MonitorDocument(
        String name,
        String subject,
        Task task,
        Schema schema,
        Layout layout,
        Windows windows,
        DriftTests tests,
        List<AlertRule> alerts,
        List<RetrainAction> actions,
        Duration retention,
        ObjectNode json) {
    /** Of a window of a count: it is cut in memory. */
    private static final int MOST_VALUES = 4_000_000;

    private static final List<String> CHANGEABLE = List.of("tests", "alerts", "actions", "retention");

    /**
     * @param json as it was given, or as it was stored
     * @throws io.mlaas.kit.problem.ProblemException that names every rule that is broken
     */
    static MonitorDocument parse(JsonNode json, Violations violations) {
        Fields fields = new Fields(json, "$", violations);
        fields.raw("reference");
        String name = fields.required("name", "a name of 1 to 200 characters", Fields::isName);
        String subject = subject(fields);
        Task task = fields.choice("task", Task.class, null);
        Schema schema = fields.object("schema", of -> Schema.read(of, task));
        Windows windows = fields.object("windows", Windows::read);
        int columns = schema.layout().size();
        if ((long) windows.count() * columns > MOST_VALUES) {
            violations.add(
                    "$.windows.count",
                    String.valueOf(windows.count()),
                    "at most %d, as a row has %d columns".formatted(MOST_VALUES / columns, columns));
        }
        DriftTests tests = fields.object("tests", of -> DriftTests.read(of, task, schema));
        List<AlertRule> alerts = fields.has("alerts")
                ? fields.objects("alerts", 0, 50, (of, number) -> AlertRule.read(of, task, schema))
                : List.of();
        distinct("alerts", alerts.stream().map(AlertRule::name).toList(), "rule", violations);
        Duration retention =
                fields.duration("retention", Duration.ofDays(30), Duration.ofHours(1), Duration.ofDays(4000));
        MonitorDocument monitor = new MonitorDocument(
                name,
                subject,
                task,
                schema,
                schema.layout(),
                windows,
                tests,
                alerts,
                List.of(),
                retention,
                fields.complete());
        List<RetrainAction> actions = fields.has("actions")
                ? fields.objects("actions", 0, 20, (of, number) -> RetrainAction.read(of, monitor))
                : List.of();
        distinct("actions", actions.stream().map(RetrainAction::name).toList(), "action", violations);
        fields.done();
        return monitor.with(actions);
    }

    private static void distinct(String field, List<String> names, String what, Violations violations) {
        Set<String> known = new HashSet<>();
        for (int i = 0; i < names.size(); i++) {
            if (!known.add(names.get(i))) {
                violations.add(
                        "$." + field + "[" + i + "].name", names.get(i), "a name that no other " + what + " has");
            }
        }
    }

    private MonitorDocument with(List<RetrainAction> some) {
        return new MonitorDocument(name, subject, task, schema, layout, windows, tests, alerts, some, retention, json);
    }

    private static String subject(Fields fields) {
        String learner = fields.text("learner");
        UUID model = fields.uuid("model_id");
        String service = fields.text("inference_service");
        int given = (fields.has("learner") ? 1 : 0)
                + (fields.has("model_id") ? 1 : 0)
                + (fields.has("inference_service") ? 1 : 0);
        if (given != 1) {
            fields.wrong("learner", "exactly one of learner, model_id and inference_service");
        }
        String named = learner == null ? service : learner;
        if (named != null && !Fields.isName(named)) {
            fields.wrong(learner == null ? "inference_service" : "learner", "a name of 1 to 200 characters");
        }
        return model != null
                ? subjectOfModel(model.toString())
                : learner != null ? "learner:" + learner : "service:" + service;
    }

    public static String subjectOfModel(String id) {
        return "model:" + id;
    }

    /** With what a PATCH gives in the place of what was there. */
    MonitorDocument changed(JsonNode patch, Violations violations) {
        ObjectNode changed = json.deepCopy();
        for (String name : patch.propertyNames()) {
            JsonNode value = patch.get(name);
            if (CHANGEABLE.contains(name) && value != null) {
                changed.set(name, value);
            } else if (!name.equals("state")) {
                violations.add("$." + name, "cannot be changed", "state, " + String.join(", ", CHANGEABLE) + " only");
            }
        }
        return parse(changed, violations);
    }

    /** The oldest event time that is kept, in microseconds. */
    public long oldestMicros(long nowMicros) {
        return nowMicros - Windows.micros(retention);
    }

    @Nullable
    Long window(long micros) {
        return windows.number(micros);
    }
}
