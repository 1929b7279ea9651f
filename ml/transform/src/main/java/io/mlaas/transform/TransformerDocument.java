package io.mlaas.transform;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.document.Numbers;
import io.mlaas.transform.document.Problem;
import io.mlaas.transform.document.Problems;
import io.mlaas.transform.payload.BadPayloadException;
import io.mlaas.transform.payload.JsonTrees;
import io.mlaas.transform.payload.Limits;
import io.mlaas.transform.payload.PayloadReader;
import io.mlaas.transform.payload.Payloads;
import io.mlaas.transform.step.Layout;
import io.mlaas.transform.step.PostStep;
import io.mlaas.transform.step.PostSteps;
import io.mlaas.transform.step.Step;
import io.mlaas.transform.step.Steps;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A checked transformer document: {@code version}, {@code payload}, {@code limits}, {@code steps}, {@code post}. */
public final class TransformerDocument {
    private static final int LONGEST = 1 << 20;
    private static final int DEEPEST = 50;
    private static final JsonNode NO_PAYLOAD = JsonNodeFactory.instance.objectNode();

    private final JsonNode payload;
    private final Limits limits;
    private final List<Step> steps;
    private final List<PostStep> post;
    private final Layout layout;
    private final byte[] digest;

    private TransformerDocument(
            JsonNode payload, Limits limits, List<Step> steps, List<PostStep> post, Layout layout, byte[] digest) {
        this.payload = payload;
        this.limits = limits;
        this.steps = List.copyOf(steps);
        this.post = List.copyOf(post);
        this.layout = layout;
        this.digest = digest;
    }

    /** @throws InvalidTransformerException with every mistake in it */
    public static TransformerDocument of(String json) {
        try {
            return of(JsonTrees.json(LONGEST, DEEPEST).read(json));
        } catch (BadPayloadException e) {
            String reason = Objects.requireNonNullElse(e.getMessage(), "cannot be read");
            throw new InvalidTransformerException(List.of(new Problem("$", reason.replaceFirst("^payload: ", ""))));
        }
    }

    /** @throws InvalidTransformerException with every mistake in it */
    public static TransformerDocument of(JsonNode json) {
        Problems problems = new Problems();
        Fields document = new Fields(json, "$", problems);
        document.integer("version", 1, 1, 1);
        Limits limits = Limits.read(document.object("limits"));
        JsonNode payload = Objects.requireNonNullElse(document.value("payload"), NO_PAYLOAD);
        Payloads.read(new Fields(payload, "$.payload", problems), limits);
        List<Step> steps = Steps.read(document);
        checkRoom(limits, steps, problems);
        List<PostStep> post = PostSteps.read(document, steps);
        document.finish();
        Layout layout = steps.isEmpty() ? null : steps.getLast().layout();
        if (!problems.isEmpty() || layout == null) {
            throw new InvalidTransformerException(problems.all());
        }
        return new TransformerDocument(
                payload, limits, steps, post, layout, sha256(sorted(json).toString()));
    }

    private static void checkRoom(Limits limits, List<Step> steps, Problems problems) {
        long each = steps.stream().mapToLong(Step::mostRows).sum();
        if (each * limits.sources() > limits.rows()) {
            problems.add(
                    "$.limits.sources",
                    limits.sources() + " sources of up to " + each + " rows (expected: at most " + limits.rows()
                            + " rows in all, or more in limits.rows)");
        }
    }

    List<Step> steps() {
        return steps;
    }

    List<PostStep> post() {
        return post;
    }

    /** The addresses that the document's http steps call, so that a platform can say whether they may. */
    public List<URI> addresses() {
        return PostSteps.addresses(steps, post);
    }

    /** Those among them that are called with an answer, after a prediction. */
    public List<URI> addressesOfPost() {
        return PostSteps.addresses(List.of(), post);
    }

    /** Whether what a message means depends on the messages before it, already where it is read. */
    public boolean readsWithState() {
        return payload.path("format").asString("").equals("sparkplug_b");
    }

    Limits limits() {
        return limits;
    }

    Layout layout() {
        return layout;
    }

    PayloadReader reader() {
        return Payloads.read(new Fields(payload, "$.payload", new Problems()), limits);
    }

    /**
     * Looks at another payload format, which messages of their own may have.
     *
     * @throws InvalidTransformerException with every mistake in it, by the path in it
     */
    public void requireFormat(JsonNode other) {
        Problems problems = new Problems();
        Payloads.read(new Fields(other, "$", problems), limits);
        if (!problems.isEmpty()) {
            throw new InvalidTransformerException(problems.all());
        }
    }

    PayloadReader reader(String format) {
        try {
            JsonNode other = JsonTrees.json(LONGEST, DEEPEST).read(format);
            requireFormat(other);
            return Payloads.read(new Fields(other, "$", new Problems()), limits);
        } catch (BadPayloadException e) {
            throw new IllegalArgumentException("payload format: " + e.getMessage(), e);
        }
    }

    /** SHA-256 of the document with its names sorted: the same for the same configuration, however it is laid out. */
    public byte[] digest() {
        return digest.clone();
    }

    private static JsonNode sorted(JsonNode node) {
        if (node.isObject()) {
            TreeMap<String, JsonNode> fields = new TreeMap<>();
            node.properties().forEach(entry -> fields.put(entry.getKey(), sorted(entry.getValue())));
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            fields.forEach(object::set);
            return object;
        }
        if (node.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            node.values().forEach(child -> array.add(sorted(child)));
            return array;
        }
        // 1, 1.0 and 1e0 are the same configuration, whoever has read or written it in between
        return node.isNumber() ? JsonNodeFactory.instance.numberNode(Numbers.of(node)) : node;
    }

    static byte[] sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
