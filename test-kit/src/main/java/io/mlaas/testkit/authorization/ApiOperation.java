package io.mlaas.testkit.authorization;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One operation of an OpenAPI document, with requests that look right.
 *
 * @param id operationId
 * @param method in capitals
 * @param path template
 */
record ApiOperation(String id, String method, String path, JsonNode description, JsonNode document) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String BOUNDARY = "----------------------mlaas";
    private static final int DEEPEST = 8;

    /** @param type null where nothing is sent */
    record Body(@Nullable String type, String content) {
        static final Body NONE = new Body(null, "");

        static Body json(String text) {
            return new Body("application/json", text);
        }
    }

    static List<ApiOperation> of(JsonNode document) {
        List<ApiOperation> operations = new ArrayList<>();
        document.path("paths").properties().forEach(path -> path.getValue()
                .properties()
                .forEach(operation -> operations.add(new ApiOperation(
                        operation.getValue().path("operationId").asString(),
                        operation.getKey().toUpperCase(Locale.ROOT),
                        path.getKey(),
                        operation.getValue(),
                        document))));
        return operations;
    }

    String title() {
        return method + " " + path;
    }

    /**
     * The path and query to ask for.
     *
     * @param subject what the first variable of the path is, or null for something that looks like it
     * @param values what other parameters are, by name
     */
    String uri(@Nullable String subject, Map<String, String> values) {
        StringBuilder uri = new StringBuilder();
        String next = subject;
        for (String segment : path.split("(?=/)", -1)) {
            int open = segment.indexOf('{');
            if (open < 0) {
                uri.append(segment);
                continue;
            }
            int close = segment.indexOf('}');
            String name = segment.substring(open + 1, close);
            String value = values.containsKey(name) ? values.get(name) : next == null ? plausible(name) : next;
            if (!values.containsKey(name)) {
                next = null;
            }
            uri.append(segment, 0, open).append(encoded(value)).append(segment.substring(close + 1));
        }
        char separator = '?';
        for (JsonNode parameter : description.path("parameters")) {
            String name = parameter.path("name").asString();
            boolean wanted = parameter.path("required").asBoolean(false) || values.containsKey(name);
            if (parameter.path("in").asString().equals("query") && wanted) {
                String value = values.containsKey(name) ? values.get(name) : plausible(name);
                uri.append(separator).append(name).append('=').append(encoded(value));
                separator = '&';
            }
        }
        return uri.toString();
    }

    /** What has to be in the request's header. */
    Map<String, String> headers() {
        Map<String, String> headers = new TreeMap<>();
        for (JsonNode parameter : description.path("parameters")) {
            if (parameter.path("in").asString().equals("header")
                    && parameter.path("required").asBoolean(false)) {
                headers.put(
                        parameter.path("name").asString(),
                        sample(parameter.path("schema"), 0).asString());
            }
        }
        return headers;
    }

    private String plausible(String parameter) {
        for (JsonNode described : description.path("parameters")) {
            if (described.path("name").asString().equals(parameter)) {
                return sample(described.path("schema"), 0).asString();
            }
        }
        return UUID.randomUUID().toString();
    }

    /** A body of the first content type, with every property. */
    Body body() {
        JsonNode content = description.path("requestBody").path("content");
        if (content.isEmpty()) {
            return Body.NONE;
        }
        Map.Entry<String, JsonNode> first = content.properties().iterator().next();
        JsonNode schema = resolved(first.getValue().path("schema"));
        if (first.getKey().startsWith("multipart/")) {
            return form(schema);
        }
        if (first.getKey().contains("json")) {
            return new Body(first.getKey(), JSON.writeValueAsString(sample(schema, 0)));
        }
        return new Body(first.getKey(), "sample");
    }

    private Body form(JsonNode schema) {
        StringBuilder body = new StringBuilder();
        schema.path("properties").properties().forEach(part -> {
            boolean file = part.getValue().path("format").asString("").equals("binary");
            body.append("--").append(BOUNDARY).append("\r\nContent-Disposition: form-data; name=\"");
            body.append(part.getKey()).append('"');
            body.append(file ? "; filename=\"sample.bin\"\r\nContent-Type: application/octet-stream" : "");
            body.append("\r\n\r\n");
            body.append(file ? "sample" : sample(part.getValue(), 0).asString("{}"));
            body.append("\r\n");
        });
        body.append("--").append(BOUNDARY).append("--\r\n");
        return new Body("multipart/form-data; boundary=" + BOUNDARY, body.toString());
    }

    private JsonNode sample(JsonNode described, int depth) {
        JsonNode schema = resolved(described);
        if (schema.has("oneOf")) {
            return sample(schema.path("oneOf").get(0), depth + 1);
        }
        if (schema.has("enum")) {
            return schema.path("enum").get(0);
        }
        return switch (schema.path("type").asString("string")) {
            case "integer", "number" -> JSON.getNodeFactory().numberNode(1);
            case "boolean" -> JSON.getNodeFactory().booleanNode(true);
            case "array" -> JSON.createArrayNode().add(sample(schema.path("items"), depth + 1));
            case "object" -> {
                var object = JSON.createObjectNode();
                if (depth < DEEPEST) {
                    schema.path("properties")
                            .properties()
                            .forEach(property -> object.set(property.getKey(), sample(property.getValue(), depth + 1)));
                }
                yield object;
            }
            default ->
                JSON.getNodeFactory()
                        .stringNode(
                                schema.path("format").asString("").equals("uuid")
                                        ? UUID.randomUUID().toString()
                                        : "sample");
        };
    }

    private JsonNode resolved(JsonNode schema) {
        String reference = schema.path("$ref").asString("");
        return reference.isEmpty() ? schema : document.at(reference.substring(1));
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
