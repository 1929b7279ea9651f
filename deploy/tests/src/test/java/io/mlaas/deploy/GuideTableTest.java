package io.mlaas.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The table of values in docs/helm.md: descriptions of the schema, defaults of values.yaml. */
class GuideTableTest {

    private static final Path GUIDE = Chart.REPOSITORY.resolve("docs/helm.md");
    private static final String BEGIN = "<!-- values: made by deploy/k8s/render.sh -->\n";
    private static final String END = "<!-- end of values -->\n";

    private final JsonNode schema = new JsonMapper().readTree(Chart.read(Chart.FOLDER.resolve("values.schema.json")));
    private final Map<String, Object> defaults = new Yaml().load(Chart.read(Chart.FOLDER.resolve("values.yaml")));
    private final List<String> undescribed = new ArrayList<>();

    @Test
    void describesEveryValue() throws IOException {
        List<String> rows = new ArrayList<>(List.of("| value | default | |", "|---|---|---|"));
        rows("", schema, defaults, rows);
        String table = String.join("\n", rows) + "\n";
        String guide = Chart.read(GUIDE);
        int begin = guide.indexOf(BEGIN) + BEGIN.length();
        int end = guide.indexOf(END);
        if (Boolean.getBoolean("mlaas.deploy.write")) {
            Files.writeString(GUIDE, guide.substring(0, begin) + table + guide.substring(end));
            guide = Chart.read(GUIDE);
            end = guide.indexOf(END);
        }

        assertThat(undescribed).isEmpty();
        assertThat(guide.substring(begin, end).lines())
                .as("docs/helm.md: run deploy/k8s/render.sh")
                .containsExactlyElementsOf(table.lines().toList());
    }

    /** A default that the schema does not know would be refused; one that is not written down is not found by anybody. */
    @Test
    void hasADefaultForEverySection() {
        assertThat(defaults.keySet()).isSubsetOf(schema.get("properties").propertyNames());
    }

    private void rows(String path, JsonNode node, @Nullable Object value, List<String> rows) {
        for (Map.Entry<String, JsonNode> property : node.get("properties").properties()) {
            String name = path.isEmpty() ? property.getKey() : path + "." + property.getKey();
            Object given = value instanceof Map<?, ?> map ? map.get(property.getKey()) : null;
            JsonNode described = property.getValue();
            if (isExplainedElsewhere(name)) {
                continue;
            }
            if (described.has("properties")) {
                rows(name, described, given, rows);
            } else {
                String text = described.path("description").asString(standard(described));
                if (text.isEmpty()) {
                    undescribed.add(name);
                }
                rows.add("| `%s` | %s | %s |".formatted(name, shown(given), text.replace("|", "\\|")));
            }
        }
    }

    /** Every service has the same settings: those of the first one stand for all. */
    private static boolean isExplainedElsewhere(String name) {
        return name.startsWith("services.")
                && !name.startsWith("services.gateway")
                && !name.endsWith(".storage")
                && name.split("\\.", -1).length > 2;
    }

    private static String standard(JsonNode described) {
        return switch (described.path("$ref").asString("")) {
            case "#/definitions/image" -> "registry, repository, tag; digest in place of the tag";
            case "#/definitions/resources" -> "requests and limits of CPU and memory";
            case "#/definitions/storage" -> "size and class of its claim";
            default -> "";
        };
    }

    private static String shown(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case String text when text.isEmpty() -> "";
            case Map<?, ?> map when map.isEmpty() -> "";
            case List<?> list when list.isEmpty() -> "";
            case Map<?, ?> map
            when map.containsKey("repository") ->
                "`%s/%s:%s`".formatted(map.get("registry"), map.get("repository"), map.get("tag"));
            case Map<?, ?> map when map.containsKey("size") -> "`" + map.get("size") + "`";
            case Map<?, ?> map
            when map.get("limits") instanceof Map<?, ?> limits ->
                "`%s` CPU, `%s`".formatted(limits.get("cpu"), limits.get("memory"));
            default -> "`" + value + "`";
        };
    }
}
