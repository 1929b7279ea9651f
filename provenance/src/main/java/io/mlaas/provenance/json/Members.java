package io.mlaas.provenance.json;

import io.mlaas.provenance.InvalidEvidenceException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** The members of an object: each is asked for by its name, and {@link #end} refuses those nobody asked for. */
public final class Members {
    private final JsonNode object;
    private final String path;
    private final Set<String> read = new HashSet<>();

    private Members(JsonNode object, String path) {
        this.object = object;
        this.path = path;
    }

    /**
     * @param path where the object is, for messages
     * @throws InvalidEvidenceException if it is none
     */
    public static Members of(JsonNode object, String path) {
        if (!object.isObject()) {
            throw new InvalidEvidenceException(path + ": " + kind(object) + " (expected: an object)");
        }
        return new Members(object, path);
    }

    /** Where a member is. */
    public String path(String name) {
        return path + "." + name;
    }

    public String path() {
        return path;
    }

    /** The object itself. */
    public JsonNode tree() {
        return object;
    }

    /** Whether there is such a member; {@code null} counts as none. */
    public boolean has(String name) {
        read.add(name);
        return object.has(name) && !object.get(name).isNull();
    }

    public JsonNode node(String name) {
        if (!has(name)) {
            throw new InvalidEvidenceException(path(name) + ": missing");
        }
        return object.get(name);
    }

    public String text(String name) {
        JsonNode node = node(name);
        if (!node.isString()) {
            throw new InvalidEvidenceException(path(name) + ": " + kind(node) + " (expected: a text)");
        }
        return node.stringValue();
    }

    public Optional<String> optionalText(String name) {
        return has(name) ? Optional.of(text(name)) : Optional.empty();
    }

    /** A text that has to be this one. */
    public void require(String name, String expected) {
        String actual = text(name);
        if (!actual.equals(expected)) {
            throw new InvalidEvidenceException(
                    path(name) + ": " + StrictJson.shown(actual) + " (expected: " + expected + ")");
        }
    }

    public boolean bool(String name) {
        JsonNode node = node(name);
        if (!node.isBoolean()) {
            throw new InvalidEvidenceException(path(name) + ": " + kind(node) + " (expected: true or false)");
        }
        return node.booleanValue();
    }

    /** A whole number, however it is written. */
    public long whole(String name) {
        JsonNode node = node(name);
        if (!node.isNumber() || !node.canConvertToExactIntegral() || !node.canConvertToLong()) {
            throw new InvalidEvidenceException(path(name) + ": " + node + " (expected: a whole number)");
        }
        return node.decimalValue().longValueExact();
    }

    public byte[] base64(String name) {
        return StrictJson.base64(text(name), path(name));
    }

    public Members object(String name) {
        return of(node(name), path(name));
    }

    /** The elements of an array, with the path of each. */
    public List<Element> array(String name) {
        JsonNode node = node(name);
        if (!node.isArray()) {
            throw new InvalidEvidenceException(path(name) + ": " + kind(node) + " (expected: an array)");
        }
        List<Element> elements = new ArrayList<>();
        for (JsonNode element : node) {
            elements.add(new Element(element, path(name) + "[" + elements.size() + "]"));
        }
        return elements;
    }

    /** The same, none if there is no such member. */
    public List<Element> optionalArray(String name) {
        return has(name) ? array(name) : List.of();
    }

    /** An array of texts. */
    public List<String> texts(String name) {
        return array(name).stream().map(Element::text).toList();
    }

    /** The names of all members. */
    public List<String> names() {
        return List.copyOf(object.propertyNames());
    }

    /** Says that the object may have members that are of no concern here. */
    public void rest() {
        read.addAll(object.propertyNames());
    }

    /** Refuses the members that were not asked for. */
    public void end() {
        String others = object.propertyNames().stream()
                .filter(name -> !read.contains(name))
                .map(StrictJson::shown)
                .collect(Collectors.joining(", "));
        if (!others.isEmpty()) {
            throw new InvalidEvidenceException(path + ": " + others + " (expected: only "
                    + String.join(", ", read.stream().sorted().toList()) + ")");
        }
    }

    /** One element of an array. */
    public record Element(JsonNode node, String path) {
        public String text() {
            if (!node.isString()) {
                throw new InvalidEvidenceException(path + ": " + kind(node) + " (expected: a text)");
            }
            return node.stringValue();
        }

        public Members object() {
            return Members.of(node, path);
        }
    }

    private static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case STRING -> "a text";
            case NUMBER -> "a number";
            case BOOLEAN -> "a truth value";
            case NULL -> "null";
            case MISSING, BINARY, POJO -> "nothing";
        };
    }
}
