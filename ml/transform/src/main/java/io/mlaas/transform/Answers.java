package io.mlaas.transform;

import io.mlaas.transform.Prediction.Series;
import io.mlaas.transform.payload.BadPayloadException;
import io.mlaas.transform.payload.JsonTrees;
import io.mlaas.transform.payload.Message;
import io.mlaas.transform.step.PostStep;
import io.mlaas.transform.step.RowRejectedException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes the JSON that a client gets. */
final class Answers {
    private final TransformerDocument document;
    private final TheWayBack wayBack;

    Answers(TransformerDocument document, TheWayBack wayBack) {
        this.document = document;
        this.wayBack = wayBack;
    }

    ObjectNode of(Message original, Sample sample, double[] prediction) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        if (document.layout().targetSize() > 0) {
            ArrayNode predictions = answer.putArray("predictions");
            wayBack.of(sample, prediction).series().forEach(series -> write(series, predictions.addObject()));
        }
        try {
            for (PostStep step : document.post()) {
                answer = step.apply(
                        answer, step.needsTheMessage() ? tree(original) : MissingNode.getInstance(), prediction);
            }
        } catch (RowRejectedException | BadPayloadException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        return answer;
    }

    private JsonNode tree(Message original) throws BadPayloadException {
        JsonNode tree = original.tree();
        return tree == null ? JsonTrees.json(document.limits()).read(original.payload()) : tree;
    }

    private static void write(Series series, ObjectNode into) {
        into.put("name", series.name());
        into.put("unit", series.unit());
        ArrayNode times = into.putArray("times");
        series.times().forEach(time -> times.add(time.toString()));
        ArrayNode values = into.putArray("values");
        series.values().forEach(values::add);
        ArrayNode labels = into.putArray("labels");
        series.labels().forEach(labels::add);
    }
}
