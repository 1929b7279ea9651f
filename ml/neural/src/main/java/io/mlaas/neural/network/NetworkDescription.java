package io.mlaas.neural.network;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A network as its author wrote it, in JSON: layers, and optionally the input's shape and how to train and to read the
 * data. The format is documented in docs/network-description.md.
 *
 * @param input shape of one sample; null when the data is to decide
 * @param training the object {@code training}, empty when absent; read by the trainer
 * @param data the object {@code data}, or null when absent
 * @param sha256 digest of the JSON text, 64 lower-case hex digits
 */
public record NetworkDescription(
        String name,
        @Nullable TensorShape input,
        ElementType inputType,
        List<Layer.Named> layers,
        JsonNode training,
        @Nullable JsonNode data,
        String sha256) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** @throws InvalidDescriptionException when the text is not JSON or says something that is not understood */
    public static NetworkDescription parse(String json) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JacksonException e) {
            throw new InvalidDescriptionException(
                    "network description: not valid JSON: " + e.getOriginalMessage() + " (expected: a JSON object)", e);
        }
        JsonFields fields = JsonFields.of("network description", root);
        String name = fields.text("name", "network");
        fields.text("description", "");
        JsonFields input = fields.object("input");
        TensorShape shape = input.shape("shape");
        ElementType type = input.choice("type", ElementType.FLOAT32);
        input.done();
        List<Layer.Named> layers = LayerReader.read(fields, "layers", "layer ");
        if (layers.isEmpty()) {
            throw new InvalidDescriptionException(
                    "network description: layers: missing or empty (expected: at least one layer)");
        }
        JsonNode training = fields.raw("training");
        JsonNode data = fields.raw("data");
        fields.done();
        return new NetworkDescription(
                name,
                shape,
                type,
                layers,
                training == null ? JsonNodeFactory.instance.objectNode() : training,
                data,
                sha256(json.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Lets shapes flow through the layers.
     *
     * @param dataShape shape of the samples at hand; must equal the declared one if both are there
     */
    public Network resolve(@Nullable TensorShape dataShape) {
        if (input != null && dataShape != null && !input.equals(dataShape)) {
            throw new InvalidDescriptionException("input: shape " + input + " (expected: " + dataShape
                    + ", the shape of the samples in the dataset; set \"data\": {\"shape\": …} to reshape them)");
        }
        TensorShape shape = input != null ? input : dataShape;
        if (shape == null) {
            throw new InvalidDescriptionException("input: shape is missing (expected: a list of integers)");
        }
        return Network.of(layers, shape, inputType);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }
}
