package io.mlaas.transform.document;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * JSONPath of RFC 9535 without filters and functions: names ({@code .a}, {@code ['a b']}), indices ({@code [0]},
 * {@code [-1]}), slices ({@code [1:5:2]}), wildcards, unions and descendants ({@code ..a}).
 */
public final class JsonPath {
    /** More nodes than this are refused. */
    public static final int MOST_NODES = 100_000;

    private final String text;
    private final List<Segment> segments;

    JsonPath(String text, List<Segment> segments) {
        this.text = text;
        this.segments = List.copyOf(segments);
    }

    /** @throws IllegalArgumentException saying at which character the path cannot be understood */
    public static JsonPath of(String text) {
        return new JsonPathParser(text).parse();
    }

    /** The first node, or nothing. */
    public @Nullable JsonNode first(JsonNode root) {
        JsonNode node = root;
        for (Segment segment : segments) {
            if (segment.descendant || segment.selectors.size() != 1) {
                return firstOf(all(root));
            }
            switch (segment.selectors.getFirst()) {
                case Name(String name) -> node = node.get(name);
                case Index(int index) -> node = element(node, index);
                case Slice slice -> {
                    return firstOf(all(root));
                }
                case Wildcard wildcard -> {
                    return firstOf(all(root));
                }
            }
            if (node == null) {
                return null;
            }
        }
        return node;
    }

    /**
     * Every node that the path selects, in the order of RFC 9535.
     *
     * @throws IllegalArgumentException where they are more than {@value #MOST_NODES}
     */
    public List<JsonNode> all(JsonNode root) {
        List<JsonNode> nodes = List.of(root);
        for (Segment segment : segments) {
            List<JsonNode> selected = new ArrayList<>();
            for (JsonNode node : nodes) {
                select(segment, node, selected);
            }
            nodes = selected;
        }
        return nodes;
    }

    @Override
    public String toString() {
        return text;
    }

    private void select(Segment segment, JsonNode node, List<JsonNode> into) {
        for (Selector selector : segment.selectors) {
            select(selector, node, into);
        }
        if (segment.descendant && node.isContainer()) {
            for (JsonNode child : node.values()) {
                select(segment, child, into);
            }
        }
    }

    private void select(Selector selector, JsonNode node, List<JsonNode> into) {
        switch (selector) {
            case Name(String name) -> add(node.get(name), into);
            case Index(int index) -> add(element(node, index), into);
            case Slice slice -> slice.select(node, into);
            case Wildcard wildcard -> {
                if (node.isContainer()) {
                    node.values().forEach(child -> add(child, into));
                }
            }
        }
        if (into.size() > MOST_NODES) {
            throw new IllegalArgumentException(text + ": more than " + MOST_NODES + " nodes");
        }
    }

    private static void add(@Nullable JsonNode node, List<JsonNode> into) {
        if (node != null) {
            into.add(node);
        }
    }

    private static @Nullable JsonNode firstOf(List<JsonNode> nodes) {
        return nodes.isEmpty() ? null : nodes.getFirst();
    }

    private static @Nullable JsonNode element(JsonNode node, int index) {
        return node.isArray() ? node.get(index < 0 ? node.size() + index : index) : null;
    }

    record Segment(boolean descendant, List<Selector> selectors) {}

    sealed interface Selector permits Name, Index, Slice, Wildcard {}

    record Name(String name) implements Selector {}

    record Index(int index) implements Selector {}

    record Wildcard() implements Selector {}

    record Slice(@Nullable Integer start, @Nullable Integer end, int step) implements Selector {
        void select(JsonNode node, List<JsonNode> into) {
            int size = node.isArray() ? node.size() : 0;
            if (step > 0) {
                int last = bound(end, size, 0, size, size);
                for (long i = bound(start, 0, 0, size, size); i < last; i += step) {
                    into.add(node.get((int) i));
                }
            } else if (step < 0) {
                int last = bound(end, -1, -1, size - 1, size);
                for (long i = bound(start, size - 1, -1, size - 1, size); i > last; i += step) {
                    into.add(node.get((int) i));
                }
            }
        }

        private static int bound(@Nullable Integer given, int absent, int lowest, int highest, int size) {
            if (given == null) {
                return absent;
            }
            return Math.clamp(given < 0 ? (long) given + size : given, lowest, Math.max(lowest, highest));
        }
    }
}
