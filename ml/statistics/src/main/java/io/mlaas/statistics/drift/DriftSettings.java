package io.mlaas.statistics.drift;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a dataset is compared.
 *
 * @param numerical method of numbers; null is Evidently's choice by size
 * @param categorical method of categories; null is Evidently's choice by size
 * @param methods of single columns, by name, before the others
 * @param thresholds of single columns, by name; otherwise a method's own
 * @param share of columns that must have drifted before the dataset has, above 0 to 1
 * @param correction for many columns, of methods with p-values
 * @param effect a difference that matters
 * @param parallelism columns that are loaded and compared at once, which is what bounds the memory
 */
public record DriftSettings(
        @Nullable DriftMethod numerical,
        @Nullable DriftMethod categorical,
        Map<String, DriftMethod> methods,
        Map<String, Double> thresholds,
        double share,
        Correction correction,
        EffectRule effect,
        int parallelism) {
    /** What is done about many tests. */
    public enum Correction {
        /** Nothing, as Evidently: of a hundred columns that did not drift, five are expected to be called drifted at 0.05. */
        NONE,
        BENJAMINI_HOCHBERG
    }

    /** Evidently's, with the default effect rule, on all processors. */
    public static final DriftSettings DEFAULT = new DriftSettings(
            null,
            null,
            Map.of(),
            Map.of(),
            0.5,
            Correction.NONE,
            EffectRule.DEFAULT,
            Runtime.getRuntime().availableProcessors());

    public DriftSettings {
        methods = Map.copyOf(methods);
        thresholds = Map.copyOf(thresholds);
        takes("numerical", numerical, ColumnType.NUMERICAL);
        takes("categorical", categorical, ColumnType.CATEGORICAL);
        thresholds.forEach((column, threshold) -> {
            if (!(threshold >= 0)) {
                throw new IllegalArgumentException("thresholds[" + column + "]: " + threshold + " (expected: >= 0)");
            }
        });
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share: " + share + " (expected: above 0, at most 1)");
        }
        if (parallelism < 1) {
            throw new IllegalArgumentException("parallelism: " + parallelism + " (expected: >= 1)");
        }
    }

    private static void takes(String name, @Nullable DriftMethod method, ColumnType type) {
        if (method != null && !method.takes(type)) {
            throw new IllegalArgumentException(
                    name + ": " + method.id() + " (expected: a method of " + type + " columns)");
        }
    }

    public DriftSettings with(Correction other) {
        return new DriftSettings(numerical, categorical, methods, thresholds, share, other, effect, parallelism);
    }

    public DriftSettings with(EffectRule other) {
        return new DriftSettings(numerical, categorical, methods, thresholds, share, correction, other, parallelism);
    }

    /** The same methods for every column of a type. */
    public DriftSettings with(@Nullable DriftMethod ofNumbers, @Nullable DriftMethod ofCategories) {
        return new DriftSettings(ofNumbers, ofCategories, methods, thresholds, share, correction, effect, parallelism);
    }

    public DriftSettings withParallelism(int columns) {
        return new DriftSettings(numerical, categorical, methods, thresholds, share, correction, effect, columns);
    }

    DriftMethod method(String column, Column reference, Column current) {
        DriftMethod own = methods.get(column);
        DriftMethod ofType = reference.type() == ColumnType.NUMERICAL ? numerical : categorical;
        DriftMethod chosen = own != null ? own : ofType;
        if (chosen == null) {
            return DriftMethod.byDefault(reference, current);
        }
        if (!chosen.takes(reference.type())) {
            throw new IllegalArgumentException("methods[" + column + "]: " + chosen.id() + " (expected: a method of "
                    + reference.type() + " columns)");
        }
        return chosen;
    }

    double threshold(String column, DriftMethod method) {
        return thresholds.getOrDefault(column, method.defaultThreshold());
    }
}
