package io.mlaas.onnx;

import io.mlaas.onnx.runtime.Batch;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Networks saved by PyTorch 1.13 with the outputs it computed; see {@code src/test/python/make_fixtures.py}. */
public final class Fixtures {
    private Fixtures() {}

    /** @param outputs what PyTorch computed for {@code x} */
    public record Recorded(Batch x, List<Batch> outputs) {}

    /** File names of all networks that have recorded outputs. */
    public static Stream<String> networks() {
        try (Stream<Path> files = Files.list(folder())) {
            return files
                    .map(f -> f.getFileName().toString())
                    .filter(f -> f.endsWith(".traced.pt") || f.endsWith(".scripted.pt"))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path folder() {
        try {
            return Path.of(Fixtures.class.getResource("/torchscript/mlp.json").toURI())
                    .getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    public static byte[] bytes(String file) {
        try (InputStream in = Fixtures.class.getResourceAsStream("/torchscript/" + file)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Path path(String file) {
        return folder().resolve(file);
    }

    public static Recorded recorded(String network) {
        JsonNode json =
                JsonMapper.builder().build().readTree(bytes(network.substring(0, network.indexOf('.')) + ".json"));
        List<Batch> outputs = new ArrayList<>();
        json.get("y").forEach(y -> outputs.add(new Batch(floats(y.get("values")), longs(y.get("shape")))));
        return new Recorded(new Batch(floats(json.get("x")), longs(json.get("x_shape"))), outputs);
    }

    private static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) array.get(i).asDouble();
        }
        return values;
    }

    private static long[] longs(JsonNode array) {
        long[] values = new long[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asLong();
        }
        return values;
    }
}
