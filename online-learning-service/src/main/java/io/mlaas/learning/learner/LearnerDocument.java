package io.mlaas.learning.learner;

import io.mlaas.learning.interval.IntervalSettings;
import io.mlaas.learning.stream.Streams;
import io.mlaas.online.Algorithm;
import io.mlaas.online.ConfigurationFields;
import io.mlaas.online.ConfigurationRefused;
import io.mlaas.online.Learner;
import io.mlaas.online.Schema;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a learner is to be: validated as a whole before anything of it exists.
 *
 * @param modelId of the model of the registry that it begins with
 * @param configuration of the algorithm, with its defaults
 * @param schema of what the transformer gives, where there is one and no other is given
 * @param transformer how rows are made of what devices send
 * @param explainer how answers are explained, where it says so
 * @param intervals how sure answers are, where that is to be told
 * @param streams where messages come from and predictions go
 * @param tellsPredictions whether its predictions are told as events
 */
record LearnerDocument(
        String name,
        String algorithm,
        @Nullable UUID modelId,
        ObjectNode configuration,
        Schema schema,
        UpdatePolicy update,
        @Nullable JsonNode transformer,
        @Nullable ExplainerSettings explainer,
        @Nullable IntervalSettings intervals,
        Streams streams,
        boolean tellsPredictions) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?");

    /** Whether a learner may be called so. */
    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** The same, of a document that names no model of the registry. */
    static LearnerDocument parse(JsonNode json, CompanyAlgorithms algorithms) {
        return parse(json, algorithms, BackendChoice.Models.NONE);
    }

    /**
     * Looks at all of it, a learner is made to see whether that is possible.
     *
     * @throws io.mlaas.online.ConfigurationRefused naming the JSON path of what is wrong
     */
    static LearnerDocument parse(JsonNode json, CompanyAlgorithms algorithms, BackendChoice.Models models) {
        ConfigurationFields fields = new ConfigurationFields(json, "$");
        String name = fields.text("name");
        if (!isName(name)) {
            throw fields.refused(
                    "name", "\"" + name + "\"", "1 to 63 of a-z, 0-9, '.', '_', '-', a letter or digit at both ends");
        }
        BackendChoice backend = BackendChoice.read(fields, models);
        String algorithm = backend.algorithm();
        JsonNode transformer = fields.raw("transformer");
        JsonNode schema = fields.raw("schema");
        if (schema == null && transformer == null) {
            throw fields.refused("schema", "missing", "a JSON object, or a transformer that says it");
        }
        Streams streams = Streams.parse(fields);
        requireTransformer(transformer, streams, fields);
        JsonNode explainer = fields.raw("explainer");
        JsonNode intervals = fields.raw("intervals");
        boolean tells = tellsPredictions(fields);
        fields.done();
        Schema parsed = TransformedRows.schema(transformer, schema);
        UpdatePolicy policy = UpdatePolicy.parse(backend.update(), "$.update");
        Algorithm makes = algorithms.named(algorithm, "$.algorithm");
        try (Learner learner = makes.create(parsed, backend.configuration(), "$.configuration")) {
            return new LearnerDocument(
                            name,
                            algorithm,
                            backend.modelId(),
                            backend.rules().in(learner, parsed, makes),
                            parsed,
                            policy,
                            transformer,
                            ExplainerSettings.parse(explainer, parsed, algorithm),
                            IntervalSettings.parse(intervals, parsed),
                            streams,
                            tells)
                    .whole();
        }
    }

    private static void requireTransformer(
            @Nullable JsonNode transformer, Streams streams, ConfigurationFields fields) {
        if (transformer == null && streams.learns()) {
            throw fields.refused("transformer", "missing", "one that reads what the sources send");
        }
        TransformedRows.requirePayloads(transformer, streams, fields.path("sources"));
    }

    /** What {@link #toJson()} gave, which was looked at before. */
    static LearnerDocument stored(JsonNode json) {
        String algorithm = json.path("algorithm").stringValue();
        Schema schema = Schema.parse(json.path("schema"), "$.schema");
        return new LearnerDocument(
                json.path("name").stringValue(),
                algorithm,
                json.hasNonNull("model_id")
                        ? UUID.fromString(json.path("model_id").stringValue())
                        : null,
                (ObjectNode) json.path("configuration"),
                schema,
                UpdatePolicy.parse(json.path("update"), "$.update"),
                json.get("transformer"),
                ExplainerSettings.parse(json.get("explainer"), schema, algorithm),
                IntervalSettings.parse(json.get("intervals"), schema),
                Streams.parse(new ConfigurationFields(json, "$")),
                tellsPredictions(new ConfigurationFields(json, "$")));
    }

    private static boolean tellsPredictions(ConfigurationFields fields) {
        JsonNode given = fields.raw("monitoring");
        if (given == null) {
            return true;
        }
        ConfigurationFields monitoring = new ConfigurationFields(given, fields.path("monitoring"));
        boolean events = monitoring.flag("events", true);
        monitoring.done();
        return events;
    }

    /** A learner that has learned nothing. */
    Learner create(CompanyAlgorithms algorithms) {
        return algorithms.named(algorithm, "$.algorithm").create(schema, configuration, "$.configuration");
    }

    LearnerDocument with(UpdatePolicy other) {
        return with(configuration, other, streams, tellsPredictions);
    }

    /** The same learner by the rules of another document. */
    LearnerDocument following(LearnerDocument other) {
        return with(other.configuration, other.update, other.streams, other.tellsPredictions);
    }

    /** @param configured the same but for what is {@link Learner#adjustable} */
    private LearnerDocument with(ObjectNode configured, UpdatePolicy other, Streams others, boolean tells) {
        return new LearnerDocument(
                        name,
                        algorithm,
                        modelId,
                        configured,
                        schema,
                        other,
                        transformer,
                        explainer,
                        intervals,
                        others,
                        tells)
                .whole();
    }

    /**
     * What the fields {@code update}, {@code sources}, {@code publish} and {@code monitoring} say otherwise. What {@code update} does not say of
     * the algorithm stays as it is; a learner is made to see whether the rest is possible.
     */
    LearnerDocument changed(ConfigurationFields fields, CompanyAlgorithms algorithms) {
        JsonNode policy = fields.raw("update");
        Streams changed = streams.changed(fields);
        requireTransformer(transformer, changed, fields);
        boolean tells = fields.raw("monitoring") == null ? tellsPredictions : tellsPredictions(fields);
        if (policy == null) {
            return with(configuration, update, changed, tells);
        }
        if (!policy.isObject()) {
            throw fields.refused("update", policy, "a JSON object");
        }
        ObjectNode own = ((ObjectNode) policy).deepCopy();
        AlgorithmRules rules = AlgorithmRules.take(own);
        UpdatePolicy other = UpdatePolicy.parse(own, fields.path("update"));
        return with(configured(rules, algorithms), other, changed, tells);
    }

    private ObjectNode configured(AlgorithmRules rules, CompanyAlgorithms algorithms) {
        if (rules.values().isEmpty()) {
            return configuration;
        }
        try (Learner learner = create(algorithms)) {
            return rules.in(learner, schema, algorithms.named(algorithm, "$.algorithm"));
        }
    }

    /** Whether a learner of the one has to be made anew to be one of the other. */
    boolean isConfiguredAs(LearnerDocument other) {
        return configuration.toString().equals(other.configuration.toString());
    }

    private LearnerDocument whole() {
        if (intervals != null && update.heldBackEvery() == 0) {
            throw new ConfigurationRefused(
                    "$.update.validation_share",
                    "0 (expected: > 0, since intervals are made of the rows that are held back)");
        }
        return this;
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put("backend", BackendChoice.backendOf(algorithm))
                .put("algorithm", algorithm);
        if (modelId != null) {
            json.put("model_id", modelId.toString());
        }
        json.set("configuration", configuration);
        json.set("schema", schema.toJson());
        json.set("update", update.toJson());
        if (transformer != null) {
            json.set("transformer", transformer);
        }
        if (explainer != null) {
            json.set("explainer", explainer.toJson());
        }
        if (intervals != null) {
            json.set("intervals", intervals.toJson());
        }
        streams.write(json);
        json.putObject("monitoring").put("events", tellsPredictions);
        return json;
    }
}
