package io.mlaas.onnx.trees;

import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.TypedTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Models saved by the libraries with the outputs they computed; see {@code src/test/python/trees}. */
final class TreeFixtures {
    private TreeFixtures() {}

    /** @param outputs what the library computed for {@code x}, in 64-bit floats */
    record Recorded(TypedTensor x, NamedTensors outputs) {}

    static Stream<String> models(String prefix) {
        try (Stream<Path> files = Files.list(folder())) {
            return files
                    .map(f -> f.getFileName().toString())
                    .filter(f -> f.startsWith(prefix) && f.contains(".model."))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path path(String file) {
        return folder().resolve(file);
    }

    private static Path folder() {
        try {
            return Path.of(TreeFixtures.class.getResource("/trees").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static Recorded recorded(String model) {
        JsonNode json =
                JsonMapper.builder().build().readTree(path(model.substring(0, model.indexOf(".model.")) + ".json"));
        long[] shape =
                json.get("x_shape").valueStream().mapToLong(JsonNode::asLong).toArray();
        float[] x = new float[json.get("x").size()];
        double[] wide = numbers(json.get("x"));
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) wide[i];
        }
        Map<String, TypedTensor> outputs = new LinkedHashMap<>();
        json.get("outputs").propertyStream().forEach(output -> {
            long[] size = output.getValue()
                    .get("shape")
                    .valueStream()
                    .mapToLong(JsonNode::asLong)
                    .toArray();
            double[] values = numbers(output.getValue().get("values"));
            outputs.put(output.getKey(), TypedTensor.float64(values, size));
        });
        return new Recorded(TypedTensor.float32(x, shape), new NamedTensors(outputs));
    }

    private static double[] numbers(JsonNode array) {
        return array.valueStream()
                .mapToDouble(v -> v.isNull() ? Double.NaN : v.asDouble())
                .toArray();
    }
}
