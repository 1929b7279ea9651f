package io.mlaas.learning.learner;

import io.mlaas.online.BatchRefused;
import io.mlaas.online.Learner;
import io.mlaas.online.Schema;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A message that asks for predictions, as a request over REST does: {@code {"instances": […]}}, with its {@link Occasion}. */
final class PredictionRequest {
    private PredictionRequest() {}

    /** @throws BatchRefused for bytes that are no such request */
    static Predicted answer(Learner learner, byte[] payload) {
        JsonNode request = read(payload);
        JsonNode instances = request.path("instances");
        if (!instances.isArray() || instances.isEmpty()) {
            throw new BatchRefused(
                    "$.instances: " + (instances.isMissingNode() ? "missing" : "no list, or an empty one")
                            + " (expected: a list of one or more)");
        }
        double[] inputs = new RowsJson(learner.schema()).inputs(instances, "$.instances");
        Occasion occasion = Occasion.read(request);
        long began = System.nanoTime();
        return Predicted.since(began, instances.size(), inputs, learner.predict(instances.size(), inputs), occasion);
    }

    /** The answer as REST gives it. */
    static String toJson(Schema schema, Predicted predicted) {
        Predictions predictions = new Predictions(schema, predicted.rows(), predicted.answer());
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("predictions", JsonMapper.shared().valueToTree(predictions.toApi()));
        return json.toString();
    }

    private static JsonNode read(byte[] payload) {
        try {
            return JsonMapper.shared().readTree(payload);
        } catch (JacksonException malformed) {
            throw new BatchRefused("payload: no JSON (expected: {\"instances\": [...]})");
        }
    }
}
