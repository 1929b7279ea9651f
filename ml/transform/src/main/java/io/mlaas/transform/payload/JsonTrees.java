package io.mlaas.transform.payload;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORFactory;

/** Bounded reading of JSON and CBOR: depth, length, numbers' digits, one document, no name twice. */
public final class JsonTrees {
    private static final int LONGEST_NUMBER = 400;
    private static final int LONGEST_NAME = 1000;

    /** One for all, since mappers are large and a platform has thousands of transformers. */
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private final TokenStreamFactory factory;
    private final int bytes;

    private JsonTrees(TokenStreamFactory factory, int bytes) {
        this.factory = factory;
        this.bytes = bytes;
    }

    public static JsonTrees json(Limits limits) {
        return json(limits.bytes(), limits.depth());
    }

    /** For documents of so many bytes, nested so deep. */
    public static JsonTrees json(int bytes, int depth) {
        return new JsonTrees(
                JsonFactory.builder()
                        .streamReadConstraints(constraints(bytes, depth))
                        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                        .build(),
                bytes);
    }

    static JsonTrees cbor(Limits limits) {
        return new JsonTrees(
                CBORFactory.builder()
                        .streamReadConstraints(constraints(limits.bytes(), limits.depth()))
                        .build(),
                limits.bytes());
    }

    public JsonNode read(byte[] payload) throws BadPayloadException {
        if (payload.length > bytes) {
            throw new BadPayloadException("payload: " + payload.length + " bytes (expected: at most " + bytes + ")");
        }
        JsonNode tree;
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), payload)) {
            tree = MAPPER.readTree(parser);
            if (tree != null && parser.nextToken() != null) {
                throw new BadPayloadException("payload: more than one document (expected: one)");
            }
        } catch (JacksonException e) {
            throw new BadPayloadException("payload: " + reason(e), e);
        }
        if (isNothing(tree)) {
            throw new BadPayloadException("payload: empty (expected: a document)");
        }
        return tree;
    }

    public JsonNode read(String text) throws BadPayloadException {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isNothing(@Nullable JsonNode tree) {
        return tree == null || tree.isMissingNode();
    }

    private static String reason(JacksonException e) {
        String message = e.getOriginalMessage();
        String where = e.getLocation() == null || e.getLocation().getLineNr() < 1
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
        String line = message == null
                ? "cannot be read"
                : message.lines()
                        .findFirst()
                        .orElse("cannot be read")
                        .replaceFirst(" for `ObjectNode`: not allowed.*", "");
        return (line.length() <= 200 ? line : line.substring(0, 200)) + where;
    }

    private static StreamReadConstraints constraints(int bytes, int depth) {
        return StreamReadConstraints.builder()
                .maxDocumentLength(bytes)
                .maxNestingDepth(depth)
                .maxStringLength(bytes)
                .maxNumberLength(LONGEST_NUMBER)
                .maxNameLength(LONGEST_NAME)
                .build();
    }
}
