package io.mlaas.sharing.registry;

import java.util.Map;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** JSON objects in {@code jsonb} columns. */
@Component
class JsonColumn {
    private final JsonMapper json;

    JsonColumn(JsonMapper json) {
        this.json = json;
    }

    String write(Map<String, ?> object) {
        return json.writeValueAsString(object);
    }

    Map<String, Object> object(String column) {
        return json.readValue(column, new TypeReference<>() {});
    }

    Map<String, String> texts(String column) {
        return json.readValue(column, new TypeReference<>() {});
    }
}
