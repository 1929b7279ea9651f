package io.mlaas.learning.learner;

import io.mlaas.online.BatchRefused;
import io.mlaas.online.ConfigurationFields;
import io.mlaas.online.ConfigurationRefused;
import io.mlaas.online.Schema;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a learner's answers are explained.
 *
 * @param steps where integrated gradients take the gradient
 * @param reference the input that others are compared with
 * @param target which outputs are explained
 */
public record ExplainerSettings(Method method, int steps, Reference reference, Target target) {
    private static final int USUAL_STEPS = 50;
    private static final int MOST_STEPS = 1000;

    /** A race is explained while its champion is. */
    private static final Set<String> EXPLAINED = Set.of("linear", "torch", "champion_race");

    static final ExplainerSettings DEFAULT =
            new ExplainerSettings(Method.DEEP_LIFT, USUAL_STEPS, new Reference.Zeros(), new Target.All());

    /** See {@code io.mlaas.explanation.Method}. */
    public enum Method {
        DEEP_LIFT,
        DEEP_LIFT_REVEAL_CANCEL,
        INTEGRATED_GRADIENTS
    }

    /** The input that others are compared with. */
    public sealed interface Reference {

        record Zeros() implements Reference {}

        /** The mean of the rows that the learner holds back. */
        record Mean() implements Reference {}

        /** One for all instances, or one for each. */
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Given(JsonNode json, int rows, double[] inputs) implements Reference {}
    }

    /** Which outputs are explained. */
    public sealed interface Target {

        record All() implements Target {}

        /** The largest, chosen for each instance: the class that is predicted. */
        record Largest() implements Target {}

        /** @param index counted from 0 */
        record One(int index) implements Target {}
    }

    /**
     * Reads the fields that are there; the others stay as they are here.
     *
     * @throws ConfigurationRefused naming the JSON path
     */
    ExplainerSettings with(ConfigurationFields fields, Schema schema) {
        Method other = fields.choice("method", method);
        return new ExplainerSettings(
                other,
                other == Method.INTEGRATED_GRADIENTS ? fields.integer("steps", steps, 1, MOST_STEPS) : steps,
                reference(fields, schema),
                target(fields, schema));
    }

    private Reference reference(ConfigurationFields fields, Schema schema) {
        JsonNode given = fields.raw("reference");
        if (given == null) {
            return reference;
        }
        if (given.isArray() && !given.isEmpty()) {
            return new Reference.Given(given, given.size(), inputs(given, fields.path("reference"), schema));
        }
        return switch (given.isString() ? given.stringValue() : "") {
            case "zeros" -> new Reference.Zeros();
            case "mean" -> new Reference.Mean();
            default -> throw fields.refused("reference", given, "zeros, mean, or a list of instances");
        };
    }

    private static double[] inputs(JsonNode rows, String path, Schema schema) {
        try {
            return new RowsJson(schema).inputs(rows, path);
        } catch (BatchRefused refused) {
            String problem = String.valueOf(refused.getMessage());
            int end = problem.startsWith(path) ? problem.indexOf(": ") : -1;
            throw end < 0
                    ? new ConfigurationRefused(path, problem)
                    : new ConfigurationRefused(problem.substring(0, end), problem.substring(end + 2));
        }
    }

    private Target target(ConfigurationFields fields, Schema schema) {
        JsonNode given = fields.raw("target");
        if (given == null) {
            return target;
        }
        int index = given.isString()
                ? schema.target().names().indexOf(given.stringValue())
                : given.isIntegralNumber() && given.canConvertToInt() ? given.intValue() : -1;
        if (index >= 0 && index < schema.outputs()) {
            return new Target.One(index);
        }
        return switch (given.isString() ? given.stringValue() : "") {
            case "all" -> new Target.All();
            case "largest" -> new Target.Largest();
            default ->
                throw fields.refused(
                        "target",
                        given,
                        "all, largest, one of " + schema.target().names() + ", or its number from 0 to "
                                + (schema.outputs() - 1));
        };
    }

    /** What a document says of it, with the defaults; null if it says nothing. */
    static @Nullable ExplainerSettings parse(@Nullable JsonNode json, Schema schema, String algorithm) {
        if (json == null) {
            return null;
        }
        if (!EXPLAINED.contains(algorithm)) {
            throw new ConfigurationRefused(
                    "$.explainer",
                    "of algorithm " + algorithm + " (expected: linear or torch, whose answers can be explained)");
        }
        ConfigurationFields fields = new ConfigurationFields(json, "$.explainer");
        ExplainerSettings settings = DEFAULT.with(fields, schema);
        fields.done();
        if (settings.reference() instanceof Reference.Given given && given.rows() != 1) {
            throw fields.refused("reference", given.rows() + " instances", "1, which all others are compared with");
        }
        return settings;
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("method", method.name().toLowerCase(Locale.ROOT));
        if (method == Method.INTEGRATED_GRADIENTS) {
            json.put("steps", steps);
        }
        switch (reference) {
            case Reference.Zeros _ -> json.put("reference", "zeros");
            case Reference.Mean _ -> json.put("reference", "mean");
            case Reference.Given given -> json.set("reference", given.json());
        }
        switch (target) {
            case Target.All _ -> json.put("target", "all");
            case Target.Largest _ -> json.put("target", "largest");
            case Target.One one -> json.put("target", one.index());
        }
        return json;
    }
}
