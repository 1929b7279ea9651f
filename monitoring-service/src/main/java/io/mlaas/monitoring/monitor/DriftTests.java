package io.mlaas.monitoring.monitor;

import io.mlaas.statistics.drift.ColumnType;
import io.mlaas.statistics.drift.DriftMethod;
import io.mlaas.statistics.drift.DriftSettings;
import io.mlaas.statistics.drift.EffectRule;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * When data are said to drift.
 *
 * @param settings methods, thresholds, the share of features, the correction for many features and the effect that matters
 * @param minRows with fewer rows, here or in the reference, nothing is said about a column
 * @param multivariate tests of the numeric features together
 * @param stream detectors of changes within a window
 */
public record DriftTests(
        DriftSettings settings, int minRows, List<Multivariate> multivariate, List<StreamTest> stream) {
    private static final int MOST_STREAMS = 20;

    /** A test of several features together. */
    public enum Multivariate {
        MMD,
        PCA
    }

    /** One feature's own method. */
    private record OfFeature(
            String name,
            @Nullable DriftMethod method,
            @Nullable Double threshold) {

        static OfFeature read(Fields fields, Schema schema) {
            JsonNode given = fields.raw("name");
            String wanted = given == null ? "" : given.asString("");
            Schema.Feature feature = schema.features().stream()
                    .filter(known -> known.name().equals(wanted))
                    .findFirst()
                    .orElse(null);
            String name = fields.required("name", "the name of a feature of the schema", text -> feature != null);
            ColumnType type = feature == null || feature.type() == Schema.Type.NUMERIC
                    ? ColumnType.NUMERICAL
                    : ColumnType.CATEGORICAL;
            return new OfFeature(name, chosen(fields, "method", type), threshold(fields));
        }

        private static @Nullable Double threshold(Fields fields) {
            return fields.number("threshold", 0, Double.MAX_VALUE);
        }
    }

    static DriftTests read(Fields fields, Task task, Schema schema) {
        DriftMethod numerical = chosen(fields, "numeric", ColumnType.NUMERICAL);
        DriftMethod categorical = chosen(fields, "categorical", ColumnType.CATEGORICAL);
        Map<String, DriftMethod> methods = new HashMap<>();
        Map<String, Double> thresholds = new HashMap<>();
        List<OfFeature> own = fields.has("features")
                ? fields.objects("features", 0, schema.features().size(), (of, number) -> OfFeature.read(of, schema))
                : List.of();
        for (OfFeature feature : own) {
            if (feature.method() != null) {
                methods.put(feature.name(), feature.method());
            }
            if (feature.threshold() != null) {
                thresholds.put(feature.name(), feature.threshold());
            }
        }
        DriftSettings.Correction correction = fields.choice(
                "correction", DriftSettings.Correction.class, DriftSettings.Correction.BENJAMINI_HOCHBERG);
        EffectRule effect = fields.object(
                "effect",
                of -> new EffectRule(
                        of.integer("above", EffectRule.DEFAULT.above(), 0, Long.MAX_VALUE),
                        of.number("least", EffectRule.DEFAULT.least(), 0, 1)));
        return new DriftTests(
                new DriftSettings(
                        numerical,
                        categorical,
                        methods,
                        thresholds,
                        fields.number("drift_share", DriftSettings.DEFAULT.share(), Math.ulp(0.0), 1),
                        correction,
                        effect,
                        1),
                (int) fields.integer("min_rows", 30, 1, 1_000_000),
                fields.choices("multivariate", Multivariate.class),
                fields.has("stream")
                        ? fields.objects("stream", 0, MOST_STREAMS, (of, number) -> StreamTest.read(of, task, schema))
                        : List.of());
    }

    /** @return null for the method that is chosen by size */
    private static @Nullable DriftMethod chosen(Fields fields, String name, ColumnType type) {
        String id = fields.text(name);
        if (id == null) {
            return null;
        }
        List<DriftMethod> fitting = Arrays.stream(DriftMethod.values())
                .filter(method -> method.takes(type))
                .toList();
        for (DriftMethod method : fitting) {
            if (method.id().equals(id)) {
                return method;
            }
        }
        fields.wrong(name, fitting.stream().map(DriftMethod::id).collect(Collectors.joining(", ", "one of ", "")));
        return null;
    }
}
