package io.mlaas.onnx;

import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.TypedTensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Inputs of a model and the outputs that its framework computed for them.
 *
 * @param outputs in the model's order
 */
public record RecordedModel(NamedTensors inputs, List<TypedTensor> outputs) {
    /** A folder of the tests' resources. */
    public static Path folder(String name) {
        try {
            return Path.of(RecordedModel.class.getResource("/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    public static RecordedModel read(Path json) throws IOException {
        JsonNode tree = JsonMapper.builder().build().readTree(Files.readAllBytes(json));
        Map<String, TypedTensor> inputs = new LinkedHashMap<>();
        tree.get("inputs").properties().forEach(e -> inputs.put(e.getKey(), tensor(e.getValue())));
        List<TypedTensor> outputs = new ArrayList<>();
        tree.get("outputs").forEach(o -> outputs.add(tensor(o)));
        return new RecordedModel(new NamedTensors(inputs), outputs);
    }

    private static TypedTensor tensor(JsonNode node) {
        double[] values = new double[node.get("values").size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = node.get("values").get(i).asDouble();
        }
        long[] shape = new long[node.get("shape").size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = node.get("shape").get(i).asLong();
        }
        return TypedTensor.numbers(
                ElementType.ofName(node.get("type").asString()).orElseThrow(), values, shape);
    }

    /** The largest |found − recorded| / max(1, |recorded|); infinite for another shape. */
    public static double distance(TypedTensor recorded, TypedTensor found) {
        if (!java.util.Arrays.equals(recorded.shape(), found.shape())) {
            return Double.POSITIVE_INFINITY;
        }
        double worst = 0;
        for (int i = 0; i < recorded.size(); i++) {
            double difference = Math.abs(recorded.number(i) - found.number(i));
            worst = Math.max(worst, difference / Math.max(1, Math.abs(recorded.number(i))));
        }
        return worst;
    }
}
