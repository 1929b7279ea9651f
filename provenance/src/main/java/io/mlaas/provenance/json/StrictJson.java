package io.mlaas.provenance.json;

import io.mlaas.provenance.InvalidEvidenceException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes documents: duplicate members, text after the end and broken UTF-8 are refused. */
public final class StrictJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private StrictJson() {}

    /**
     * The tree of a document.
     *
     * @param what names the document in messages
     */
    public static JsonNode parse(byte[] json, String what) {
        try {
            // Jackson is lenient with overlong sequences; this decoder is not.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString();
            return MAPPER.readTree(text);
        } catch (CharacterCodingException e) {
            throw new InvalidEvidenceException(what + ": not UTF-8", e);
        } catch (JacksonException e) {
            throw new InvalidEvidenceException(what + ": not JSON (" + e.getOriginalMessage() + ")", e);
        }
    }

    /** An object, whose members are then to be read one by one. */
    public static Members object(byte[] json, String what) {
        return Members.of(parse(json, what), what);
    }

    /** A document without white space, its members in the tree's order. */
    public static byte[] write(JsonNode tree) {
        return MAPPER.writeValueAsBytes(tree);
    }

    /** Any value, as a tree. */
    public static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    /** The bytes of a Base64 text that has exactly one form: padded, without line breaks, its spare bits zero. */
    public static byte[] base64(String text, String path) {
        return canonical(text, path, Base64.getDecoder(), Base64.getEncoder(), "canonical Base64");
    }

    /** The same for base64url, which has no padding. */
    public static byte[] base64Url(String text, String path) {
        return canonical(
                text,
                path,
                Base64.getUrlDecoder(),
                Base64.getUrlEncoder().withoutPadding(),
                "canonical base64url without padding");
    }

    /** The bytes of a lower-case hexadecimal text. */
    public static byte[] hex(String text, String path) {
        try {
            byte[] bytes = HexFormat.of().parseHex(text);
            if (text.equals(HexFormat.of().formatHex(bytes))) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            throw new InvalidEvidenceException(path + ": " + shown(text) + " (expected: hexadecimal digits)", e);
        }
        throw new InvalidEvidenceException(path + ": " + shown(text) + " (expected: lower-case hexadecimal digits)");
    }

    private static byte[] canonical(
            String text, String path, Base64.Decoder decoder, Base64.Encoder encoder, String expected) {
        try {
            byte[] bytes = decoder.decode(text);
            if (encoder.encodeToString(bytes).equals(text)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            throw new InvalidEvidenceException(path + ": " + shown(text) + " (expected: " + expected + ")", e);
        }
        throw new InvalidEvidenceException(path + ": " + shown(text) + " (expected: " + expected + ")");
    }

    /** A value for a message: short, and in one line. */
    public static String shown(String text) {
        String line = text.codePoints()
                .limit(80)
                .map(point -> Character.isISOControl(point) ? '?' : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return line.length() < text.length() ? line + "…" : line;
    }
}
