package io.mlaas.learning.stream;

import io.mlaas.online.ConfigurationFields;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Where a learner's messages come from and where its predictions go. */
public record Streams(List<Source> sources, List<Publication> publish) {
    public static final Streams NONE = new Streams(List.of(), List.of());
    private static final int MOST = 16;

    public Streams {
        sources = List.copyOf(sources);
        publish = List.copyOf(publish);
    }

    /**
     * Of the fields {@code sources} and {@code publish}.
     *
     * @throws io.mlaas.online.ConfigurationRefused naming the JSON path of what is wrong
     */
    public static Streams parse(ConfigurationFields fields) {
        return NONE.changed(fields);
    }

    /** With the one, or both, that are given. */
    public Streams changed(ConfigurationFields fields) {
        @Nullable List<Source> newSources = list(fields, "sources", Source::parse, Source::type, Source::topic);
        @Nullable
        List<Publication> newPublish =
                list(fields, "publish", Publication::parse, Publication::type, Publication::topic);
        Streams changed =
                new Streams(newSources == null ? sources : newSources, newPublish == null ? publish : newPublish);
        changed.requireNoCircle(fields);
        return changed;
    }

    private static <T> @Nullable List<T> list(
            ConfigurationFields fields,
            String name,
            BiFunction<JsonNode, String, T> parse,
            Function<T, Transport> type,
            Function<T, String> topic) {
        JsonNode json = fields.raw(name);
        if (json == null) {
            return null;
        }
        if (!json.isArray() || json.size() > MOST) {
            throw fields.refused(name, json.isArray() ? json.size() + " entries" : json, "a list of up to " + MOST);
        }
        List<T> parsed = new ArrayList<>();
        for (JsonNode element : json) {
            String path = fields.path(name) + "[" + parsed.size() + "]";
            T one = parse.apply(element, path);
            if (parsed.stream()
                    .anyMatch(other -> type.apply(other) == type.apply(one)
                            && topic.apply(other).equals(topic.apply(one)))) {
                throw fields.refused(
                        name + "[" + parsed.size() + "].topic", "\"" + topic.apply(one) + "\"", "another than before");
            }
            parsed.add(one);
        }
        return parsed;
    }

    static Transport transport(ConfigurationFields fields) {
        fields.text("type");
        return fields.choice("type", Transport.MQTT);
    }

    /** What it publishes it must not be sent. */
    private void requireNoCircle(ConfigurationFields fields) {
        for (int i = 0; i < publish.size(); i++) {
            Publication to = publish.get(i);
            if (to.type() == Transport.MQTT
                    && sources.stream()
                            .anyMatch(from ->
                                    from.type() == Transport.MQTT && Topics.matches(from.topic(), to.topic()))) {
                throw fields.refused(
                        "publish[" + i + "].topic", "\"" + to.topic() + "\"", "a topic that no source subscribes to");
            }
        }
    }

    /** Whether some source's messages are for its transformer. */
    public boolean learns() {
        return sources.stream().anyMatch(source -> source.purpose() == Purpose.LEARN);
    }

    /** Whether it needs a broker. */
    public boolean usesMqtt() {
        return sources.stream().anyMatch(source -> source.type() == Transport.MQTT)
                || publish.stream().anyMatch(publication -> publication.type() == Transport.MQTT);
    }

    /** Writes its fields, where there are any. */
    public void write(ObjectNode json) {
        if (!sources.isEmpty()) {
            ArrayNode list = json.putArray("sources");
            sources.forEach(source -> list.add(source.toJson()));
        }
        if (!publish.isEmpty()) {
            ArrayNode list = json.putArray("publish");
            publish.forEach(publication -> list.add(publication.toJson()));
        }
    }
}
