package io.mlaas.learning.learner;

import io.mlaas.learning.stream.Streams;
import io.mlaas.online.ConfigurationRefused;
import io.mlaas.online.Input;
import io.mlaas.online.Schema;
import io.mlaas.online.Target;
import io.mlaas.transform.Description;
import io.mlaas.transform.Description.Feature;
import io.mlaas.transform.InvalidTransformerException;
import io.mlaas.transform.Transformer;
import io.mlaas.transform.TransformerDocument;
import io.mlaas.transform.document.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a transformer gives, as the rows of a learner. */
final class TransformedRows {
    private TransformedRows() {}

    /**
     * The schema that is given, or the one that the transformer says: a number each for plain columns, a tensor of a
     * series; a regression of its targets. One of the two is there.
     *
     * @throws ConfigurationRefused with every mistake of the transformer, or if the two do not fit
     */
    static Schema schema(@Nullable JsonNode transformer, @Nullable JsonNode given) {
        Schema schema = given == null ? null : Schema.parse(given, "$.schema");
        if (transformer == null) {
            return Objects.requireNonNull(schema);
        }
        Description described = parse(transformer).describe();
        if (described.target().size() == 0) {
            throw new ConfigurationRefused("$.transformer", "no targets (expected: one or more to learn from)");
        }
        Schema made = new Schema(inputs(described.input()), new Target.Regression(targets(described.target())));
        if (schema == null) {
            return made;
        }
        if (schema.width() != made.width()
                || schema.target().width() != made.target().width()) {
            throw new ConfigurationRefused(
                    "$.schema",
                    schema.width() + " inputs and " + schema.target().width() + " targets (expected: " + made.width()
                            + " and " + made.target().width() + ", as the transformer gives)");
        }
        return schema;
    }

    static Transformer parse(JsonNode json) {
        return Transformer.of(document(json));
    }

    /** @throws ConfigurationRefused with every mistake of the transformer */
    static TransformerDocument document(JsonNode json) {
        try {
            return TransformerDocument.of(json);
        } catch (InvalidTransformerException e) {
            throw refused(e, "$.transformer");
        }
    }

    /**
     * Looks at the payload formats of sources that have their own.
     *
     * @param path of the list of sources
     * @throws ConfigurationRefused with every mistake of the first that has one
     */
    static void requirePayloads(@Nullable JsonNode transformer, Streams streams, String path) {
        if (transformer == null || streams.sources().stream().allMatch(source -> source.payload() == null)) {
            return;
        }
        TransformerDocument document = document(transformer);
        for (int i = 0; i < streams.sources().size(); i++) {
            JsonNode payload = streams.sources().get(i).payload();
            if (payload != null) {
                try {
                    document.requireFormat(payload);
                } catch (InvalidTransformerException e) {
                    throw refused(e, path + "[" + i + "].payload");
                }
            }
        }
    }

    /** @param path where what has the mistakes is */
    private static ConfigurationRefused refused(InvalidTransformerException mistakes, String path) {
        Problem first = mistakes.problems().getFirst();
        String others = mistakes.problems().stream()
                .skip(1)
                .map(problem -> "; " + path + problem.path().substring(1) + ": " + problem.message())
                .collect(Collectors.joining());
        return new ConfigurationRefused(path + first.path().substring(1), first.message() + others);
    }

    private static List<Input> inputs(Description.Tensor tensor) {
        boolean plain = tensor.shape().size() == 1
                && tensor.features().stream()
                        .allMatch(feature -> feature.shape().isEmpty());
        if (!plain) {
            return List.of(new Input.Tensor("x", tensor.shape()));
        }
        return tensor.features().stream()
                .<Input>map(feature -> new Input.Numeric(feature.name()))
                .toList();
    }

    /** Names of all numbers of a target: of a series with the number of the row, of a vector with that of the element. */
    private static List<String> targets(Description.Tensor tensor) {
        int rows = tensor.size()
                / tensor.features().stream().mapToInt(TransformedRows::size).sum();
        List<String> names = new ArrayList<>();
        for (int row = 1; row <= rows; row++) {
            for (Feature feature : tensor.features()) {
                for (int i = 1; i <= size(feature); i++) {
                    names.add(feature.name() + (rows > 1 ? "_" + row : "") + (size(feature) > 1 ? "_" + i : ""));
                }
            }
        }
        return names;
    }

    private static int size(Feature feature) {
        return feature.shape().stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact);
    }
}
