package io.mlaas.monitoring.intake;

import io.mlaas.monitoring.rows.RowsRefusedException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What KServe logs of a request and its response, in versions 1 and 2 of its protocol, as one observation. */
final class KServePayloads {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private KServePayloads() {}

    static JsonNode joined(JsonNode request, JsonNode response) {
        ObjectNode data = NODES.objectNode();
        if (request.has("instances")) {
            data.set("instances", request.path("instances"));
        } else {
            inputs(request.path("inputs"), data);
        }
        JsonNode answers = response.path("predictions");
        if (answers.isArray()) {
            data.set("predictions", answers);
        } else if (response.path("outputs").isArray()
                && !response.path("outputs").isEmpty()) {
            outputs(response.path("outputs"), data);
        } else {
            throw new RowsRefusedException("$.data", "no predictions", "predictions, or outputs");
        }
        return data;
    }

    /** One tensor [rows, features], or one of each feature, named as it. */
    private static void inputs(JsonNode tensors, ObjectNode data) {
        if (!tensors.isArray() || tensors.isEmpty()) {
            throw new RowsRefusedException("$.data", "no instances", "instances, or inputs");
        }
        if (tensors.size() == 1) {
            data.set("instances", rows(tensors.get(0), "$.data.inputs[0]"));
            return;
        }
        ArrayNode names = data.putArray("names");
        ArrayNode instances = data.putArray("instances");
        for (int i = 0; i < tensors.size(); i++) {
            names.add(tensors.get(i).path("name").asString(""));
            ArrayNode column = rows(tensors.get(i), "$.data.inputs[" + i + "]");
            for (int row = 0; row < column.size(); row++) {
                if (i == 0) {
                    instances.addArray();
                }
                if (row >= instances.size() || column.get(row).size() != 1) {
                    throw new RowsRefusedException(
                            "$.data.inputs[" + i + "]", tensors.get(i).path("shape"), "one value for each row");
                }
                ((ArrayNode) instances.get(row)).add(column.get(row).get(0));
            }
        }
    }

    /** The first output that has one value a row is the prediction; one named as probabilities are is those. */
    private static void outputs(JsonNode tensors, ObjectNode data) {
        for (int i = 0; i < tensors.size(); i++) {
            ArrayNode rows = rows(tensors.get(i), "$.data.outputs[" + i + "]");
            String name = tensors.get(i).path("name").asString("");
            if (name.equals("probabilities") || name.equals("predict_proba")) {
                data.set("probabilities", rows);
            } else if (!data.has("predictions")) {
                ArrayNode predictions = data.putArray("predictions");
                for (JsonNode row : rows) {
                    predictions.add(row.size() == 1 ? row.get(0) : row);
                }
            }
        }
    }

    /** A tensor's values, whether they came flat or nested, as a list of rows. */
    private static ArrayNode rows(JsonNode tensor, String path) {
        ArrayNode values = NODES.arrayNode();
        flatten(tensor.path("data"), values);
        int rows = tensor.path("shape").path(0).asInt(0);
        if (rows <= 0 || values.size() % rows != 0) {
            throw new RowsRefusedException(
                    path + ".shape",
                    tensor.path("shape"),
                    "a shape that fits the " + values.size() + " values of data");
        }
        int width = values.size() / rows;
        ArrayNode divided = NODES.arrayNode();
        for (int row = 0; row < rows; row++) {
            ArrayNode one = divided.addArray();
            for (int i = 0; i < width; i++) {
                one.add(values.get(row * width + i));
            }
        }
        return divided;
    }

    private static void flatten(JsonNode data, ArrayNode into) {
        for (JsonNode element : data) {
            if (element.isArray()) {
                flatten(element, into);
            } else {
                into.add(element);
            }
        }
    }
}
