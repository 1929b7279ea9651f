package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.TypedTensor;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The fixtures that {@code make_fixtures.py} wrote, with what scikit-learn answered. */
record RecordedModels(Path file, double[][] numbers, String[][] texts, Map<String, JsonNode> outputs) {
    static Path folder() {
        try {
            return Path.of(RecordedModels.class.getResource("/sklearn").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static Stream<RecordedModels> all() throws IOException {
        List<RecordedModels> all = new ArrayList<>();
        for (File json : folder().toFile().listFiles((d, name) -> name.endsWith(".json"))) {
            JsonNode root = JsonMapper.shared().readTree(Files.readString(json.toPath()));
            root.properties().forEach(entry -> all.add(of(entry.getKey(), entry.getValue())));
        }
        return all.stream();
    }

    private static RecordedModels of(String name, JsonNode record) {
        JsonNode rows = record.get("rows");
        double[][] numbers = new double[rows.size()][rows.get(0).size()];
        String[][] texts = new String[rows.size()][rows.get(0).size()];
        for (int i = 0; i < numbers.length; i++) {
            for (int j = 0; j < numbers[i].length; j++) {
                JsonNode cell = rows.get(i).get(j);
                texts[i][j] = cell.isString() ? cell.asString() : "";
                numbers[i][j] = cell.isNull() ? Double.NaN : cell.isString() ? 0 : cell.asDouble();
            }
        }
        Map<String, JsonNode> outputs = new TreeMap<>();
        record.get("outputs").properties().forEach(o -> outputs.put(o.getKey(), o.getValue()));
        return new RecordedModels(folder().resolve(name), numbers, texts, outputs);
    }

    NamedTensors inputs(SklearnModel model) {
        return model.tensors(numbers, texts);
    }

    /** The largest distance from what scikit-learn answered, relative to the largest number of an output. */
    double distance(NamedTensors found) {
        double worst = 0;
        for (Map.Entry<String, JsonNode> output : outputs.entrySet()) {
            TypedTensor tensor = found.get(output.getKey());
            JsonNode expected = output.getValue();
            if (tensor.size() != expected.size()) {
                throw new AssertionError(
                        output.getKey() + ": " + tensor + " (expected: " + expected.size() + " values)");
            }
            double largest = 1;
            for (JsonNode value : expected) {
                largest = value.isNumber() ? Math.max(largest, Math.abs(value.asDouble())) : largest;
            }
            for (int i = 0; i < expected.size(); i++) {
                if (tensor.isText()) {
                    worst = tensor.text(i).equals(expected.get(i).asString()) ? worst : Double.POSITIVE_INFINITY;
                } else {
                    worst = Math.max(
                            worst, Math.abs(tensor.number(i) - expected.get(i).asDouble()) / largest);
                }
            }
        }
        return worst;
    }

    @Override
    public String toString() {
        return file.getFileName().toString();
    }
}
