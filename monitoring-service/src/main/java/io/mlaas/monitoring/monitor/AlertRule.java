package io.mlaas.monitoring.monitor;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * When a window is worth an event.
 *
 * @param name of the rule, in the history and in events
 * @param features of a {@link On#FEATURE_DRIFT}: any of them; empty for any at all
 * @param metric of a {@link On#PERFORMANCE} or {@link On#ESTIMATED_PERFORMANCE}; of that one without limits the rule is broken
 *     when the estimate leaves its own
 * @param above the metric must be greater than this
 * @param below the metric must be less than this
 * @param worseBy it must be worse than in the reference by this part of it
 * @param consecutive so many windows one after another
 */
public record AlertRule(
        String name,
        On on,
        List<String> features,
        String metric,
        @Nullable Double above,
        @Nullable Double below,
        @Nullable Double worseBy,
        int consecutive) {

    /** What it looks at. */
    public enum On {
        DATASET_DRIFT,
        FEATURE_DRIFT,
        PREDICTION_DRIFT,
        PERFORMANCE,
        ESTIMATED_PERFORMANCE
    }

    /** Metrics by name, and whether more is better. */
    private static final TreeMap<String, Boolean> NUMERIC = new TreeMap<>();

    private static final List<String> ESTIMATED =
            List.of("mae", "rmse", "accuracy", "precision", "recall", "f1", "roc_auc");

    private static final TreeMap<String, Boolean> INTERVALS =
            new TreeMap<>(Map.of("coverage", true, "interval_width", false, "pinball", false));

    private static final TreeMap<String, Boolean> CLASSES = new TreeMap<>();

    static {
        for (String metric : List.of("me", "mae", "mape", "rmse")) {
            NUMERIC.put(metric, false);
        }
        NUMERIC.put("r2", true);
        for (String metric : List.of("accuracy", "precision", "recall", "f1", "roc_auc")) {
            CLASSES.put(metric, true);
        }
        for (String metric : List.of("log_loss", "ece")) {
            CLASSES.put(metric, false);
        }
    }

    public boolean moreIsBetter() {
        return Stream.of(NUMERIC, INTERVALS, CLASSES).anyMatch(of -> Boolean.TRUE.equals(of.get(metric)));
    }

    static AlertRule read(Fields fields, Task task, Schema schema) {
        String name = fields.required("name", "a name of 1 to 200 characters", Fields::isName);
        On on = fields.choice("on", On.class, null);
        List<String> features = fields.names("features", 5000);
        for (String feature : features) {
            if (schema.features().stream().noneMatch(known -> known.name().equals(feature))) {
                fields.wrong("features", "features of the schema (" + feature + " is none)");
            }
        }
        int consecutive = (int) fields.integer("consecutive", 1, 1, 100);
        String metric = "";
        Double above = fields.number("above", -Double.MAX_VALUE, Double.MAX_VALUE);
        Double below = fields.number("below", -Double.MAX_VALUE, Double.MAX_VALUE);
        Double worseBy = fields.number("worse_by", 0, Double.MAX_VALUE);
        if (on == On.PERFORMANCE || on == On.ESTIMATED_PERFORMANCE) {
            NavigableMap<String, Boolean> known = known(task, schema, on);
            metric = fields.required(
                    "metric", "one of " + String.join(", ", known.navigableKeySet()), known::containsKey);
            if (on == On.PERFORMANCE && above == null && below == null && worseBy == null) {
                fields.wrong("above", "at least one of above, below and worse_by");
            }
        } else {
            for (String forPerformance : List.of("metric", "above", "below", "worse_by")) {
                if (fields.has(forPerformance)) {
                    fields.wrong(
                            forPerformance, "nothing, since the rule is not on performance or estimated_performance");
                }
            }
        }
        return new AlertRule(name, on, features, metric, above, below, worseBy, consecutive);
    }

    private static NavigableMap<String, Boolean> known(Task task, Schema schema, On on) {
        TreeMap<String, Boolean> known = new TreeMap<>(task.numeric() ? NUMERIC : CLASSES);
        if (schema.interval() != null) {
            known.putAll(INTERVALS);
        }
        if (on == On.ESTIMATED_PERFORMANCE) {
            known.keySet().retainAll(ESTIMATED);
        }
        return known;
    }
}
