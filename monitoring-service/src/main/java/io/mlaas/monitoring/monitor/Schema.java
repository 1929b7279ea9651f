package io.mlaas.monitoring.monitor;

import io.mlaas.monitoring.rows.Layout;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a row is.
 *
 * @param features in the order in which rows without names have them
 * @param segments what rows can be divided by: {@code device}, {@code site}, …
 * @param fleet those segments that are levels of a fleet, from the top down to the device; empty if there is none
 * @param outputs of a regression or forecast
 * @param classes of a classification, in the order of its probabilities; empty if they come without
 * @param interval what part of the targets should lie in the intervals that come with the outputs; null if none come
 */
public record Schema(
        List<Feature> features,
        List<String> segments,
        List<String> fleet,
        List<String> outputs,
        List<String> classes,
        @Nullable Double interval) {
    private static final double WIDEST = 0.999999;
    private static final int MOST_FEATURES = 5000;
    private static final int MOST_CLASSES = 1000;
    private static final int MOST_SEGMENTS = 8;
    private static final String DEVICE = "device";

    /** What the values of a feature are. */
    public enum Type {
        NUMERIC,
        CATEGORICAL,
        BOOLEAN
    }

    /**
     * @param least the smallest value in range, or null
     * @param values the categories that there are, or empty
     */
    public record Feature(
            String name,
            Type type,
            @Nullable Double least,
            @Nullable Double most,
            List<String> values) {

        static Feature read(Fields fields, int number) {
            String name = fields.required("name", "a name of 1 to 200 characters", Fields::isName);
            Type type = fields.choice("type", Type.class, Type.NUMERIC);
            Double least = fields.number("min", -Double.MAX_VALUE, Double.MAX_VALUE);
            Double most = fields.number("max", -Double.MAX_VALUE, Double.MAX_VALUE);
            if (type != Type.NUMERIC && least != null) {
                fields.wrong("min", "nothing, since the feature is not numeric");
            }
            if (type != Type.NUMERIC && most != null) {
                fields.wrong("max", "nothing, since the feature is not numeric");
            } else if (least != null && most != null && least > most) {
                fields.wrong("max", "at least min");
            }
            List<String> values = fields.names("values", MOST_CLASSES);
            if (type != Type.CATEGORICAL && !values.isEmpty()) {
                fields.wrong("values", "nothing, since the feature is not categorical");
            }
            return new Feature(name, type, least, most, values);
        }
    }

    static Schema read(Fields fields, Task task) {
        List<Feature> features = fields.objects("features", 1, MOST_FEATURES, Feature::read);
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < features.size(); i++) {
            String name = features.get(i).name();
            if (!name.isEmpty() && !names.add(name)) {
                fields.violations()
                        .add(fields.path("features") + "[" + i + "].name", name, "a name that no other feature has");
            }
        }
        List<String> outputs = task.numeric() ? fields.names("outputs", 200) : List.of();
        List<String> classes = task.numeric() ? List.of() : fields.names("classes", MOST_CLASSES);
        if (task == Task.BINARY && classes.size() != 2) {
            fields.wrong("classes", "two classes, the positive one last");
        }
        List<String> segments = fields.names("segments", MOST_SEGMENTS);
        return new Schema(
                features,
                segments,
                fleet(fields, segments),
                task.numeric() && outputs.isEmpty() ? List.of("prediction") : outputs,
                classes,
                task.numeric() ? fields.number("interval", 1 - WIDEST, WIDEST) : null);
    }

    private static List<String> fleet(Fields fields, List<String> segments) {
        List<String> fleet =
                fields.names("fleet", MOST_SEGMENTS, segments.contains(DEVICE) ? List.of(DEVICE) : List.of());
        for (int i = 0; i < fleet.size(); i++) {
            if (!segments.contains(fleet.get(i))) {
                fields.violations()
                        .add(
                                fields.path("fleet") + "[" + i + "]",
                                fleet.get(i),
                                "one of the segments, from the top down to the device");
            }
        }
        return fleet;
    }

    public Layout layout() {
        Map<String, Layout.Kind> columns = new LinkedHashMap<>();
        for (Feature feature : features) {
            columns.put(feature.name(), feature.type() == Type.NUMERIC ? Layout.Kind.NUMERIC : Layout.Kind.CATEGORICAL);
        }
        return new Layout(columns, segments, outputs, classes, interval);
    }
}
