package io.mlaas.monitoring.rows;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which columns a monitor's rows have: features, segments, what was predicted (one number per output or one class, and
 * the probability of each class), what turned out to be true, latency and the model's digest.
 */
public final class Layout {

    /** What the values of a column are. */
    public enum Kind {
        NUMERIC,
        CATEGORICAL
    }

    /** What a column is for. */
    public enum Role {
        FEATURE,
        SEGMENT,
        PREDICTION,
        PROBABILITY,
        TARGET,
        LOWER,
        UPPER,
        LATENCY,
        DIGEST
    }

    public record Column(String name, Kind kind, Role role) {}

    private final List<Column> columns = new ArrayList<>();
    private final Map<String, Integer> inputs = new LinkedHashMap<>();
    private final int featureCount;
    private final List<String> outputs;
    private final List<String> classes;
    private final boolean numericTarget;
    private final @Nullable Double interval;
    private final boolean[] numeric;

    /**
     * @param features by name, in the order of the schema
     * @param outputs of a regression or forecast, else empty
     * @param classes of a classification in the order of the probabilities, or empty if they come without
     */
    public Layout(Map<String, Kind> features, List<String> segments, List<String> outputs, List<String> classes) {
        this(features, segments, outputs, classes, null);
    }

    /** @param interval what part of the targets intervals around the outputs should hold; null if there are no intervals */
    public Layout(
            Map<String, Kind> features,
            List<String> segments,
            List<String> outputs,
            List<String> classes,
            @Nullable Double interval) {
        this.interval = interval;
        this.outputs = List.copyOf(outputs);
        this.classes = List.copyOf(classes);
        this.numericTarget = !outputs.isEmpty();
        features.forEach((name, kind) -> {
            inputs.put(name, columns.size());
            columns.add(new Column(name, kind, Role.FEATURE));
        });
        featureCount = columns.size();
        segments.forEach(name -> {
            inputs.putIfAbsent(name, columns.size());
            columns.add(new Column(name, Kind.CATEGORICAL, Role.SEGMENT));
        });
        if (numericTarget) {
            outputs.forEach(name -> columns.add(new Column(name, Kind.NUMERIC, Role.PREDICTION)));
            outputs.forEach(name -> columns.add(new Column(name, Kind.NUMERIC, Role.TARGET)));
            if (interval != null) {
                outputs.forEach(name -> columns.add(new Column(name, Kind.NUMERIC, Role.LOWER)));
                outputs.forEach(name -> columns.add(new Column(name, Kind.NUMERIC, Role.UPPER)));
            }
        } else {
            columns.add(new Column("prediction", Kind.CATEGORICAL, Role.PREDICTION));
            columns.add(new Column("target", Kind.CATEGORICAL, Role.TARGET));
            classes.forEach(name -> columns.add(new Column(name, Kind.NUMERIC, Role.PROBABILITY)));
        }
        columns.add(new Column("latency_ms", Kind.NUMERIC, Role.LATENCY));
        columns.add(new Column("digest", Kind.CATEGORICAL, Role.DIGEST));
        numeric = new boolean[columns.size()];
        for (int i = 0; i < numeric.length; i++) {
            numeric[i] = columns.get(i).kind() == Kind.NUMERIC;
        }
    }

    public List<Column> columns() {
        return columns;
    }

    public int size() {
        return columns.size();
    }

    public int featureCount() {
        return featureCount;
    }

    /** @return the column of a feature or segment, or -1 */
    public int input(@Nullable String name) {
        return name == null ? -1 : inputs.getOrDefault(name, -1);
    }

    /** @return the first column of a role, or -1 */
    public int first(Role role) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).role() == role) {
                return i;
            }
        }
        return -1;
    }

    /** The columns of a role, in order. */
    public List<Integer> all(Role role) {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).role() == role) {
                found.add(i);
            }
        }
        return found;
    }

    public boolean numeric(int column) {
        return numeric[column];
    }

    /** Whether what is predicted are numbers. */
    public boolean numericTarget() {
        return numericTarget;
    }

    /** What part of the targets the intervals around the outputs should hold; null if there are no intervals. */
    public @Nullable Double interval() {
        return interval;
    }

    public List<String> outputs() {
        return outputs;
    }

    public List<String> classes() {
        return classes;
    }
}
