package io.mlaas.neural;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Numbers computed elsewhere: torch.json by PyTorch, evaluation.json by scikit-learn; see src/test/fixtures. */
public final class Fixtures {
    private Fixtures() {}

    public static JsonNode json(String name) {
        try (InputStream in = Fixtures.class.getResourceAsStream("/fixtures/" + name)) {
            return JsonMapper.builder().build().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Path file(String name) {
        try {
            return Path.of(Fixtures.class.getResource("/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    public static float[] floats(JsonNode node) {
        float[] floats = new float[node.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = node.get(i).floatValue();
        }
        return floats;
    }

    public static int[] ints(JsonNode node) {
        int[] ints = new int[node.size()];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = node.get(i).intValue();
        }
        return ints;
    }

    /** A two-dimensional list of {@code rows} rows from a flat one. */
    public static float[][] rows(JsonNode flat, int rows) {
        float[] all = floats(flat);
        int width = all.length / rows;
        float[][] table = new float[rows][];
        for (int i = 0; i < rows; i++) {
            table[i] = java.util.Arrays.copyOfRange(all, i * width, (i + 1) * width);
        }
        return table;
    }
}
