package io.mlaas.federated.plan;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The networks that a plan can name: for the handwritten digits of 8×8 pixels. */
public final class Catalogue {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Catalogue() {}

    public static List<String> names() {
        return List.of("digits-cnn", "digits-mlp", "digits-softmax");
    }

    /** The network description of that name. */
    public static Optional<JsonNode> network(String name) {
        return names().contains(name) ? Optional.of(read(name)) : Optional.empty();
    }

    private static JsonNode read(String name) {
        try (InputStream in = Catalogue.class.getResourceAsStream(name + ".json")) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("the network " + name + " cannot be read", e);
        }
    }
}
