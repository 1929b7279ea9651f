package io.mlaas.provenance.card;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model's card (Mitchell et al., Model Cards for Model Reporting, 2019) as a Markdown file that begins with the block
 * of metadata that model hubs read.
 *
 * @see <a href="https://huggingface.co/docs/hub/model-cards#model-card-metadata">the metadata</a>
 */
public final class ModelCard {
    public static final String MEDIA_TYPE = "text/markdown";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Map<String, String> LIBRARIES = Map.of("torchscript", "pytorch", "onnx", "onnx");

    private final ModelFacts facts;
    private final StringBuilder text = new StringBuilder();

    private ModelCard(ModelFacts facts) {
        this.facts = facts;
    }

    public static String markdown(ModelFacts facts) {
        return new ModelCard(facts).markdown();
    }

    private String markdown() {
        text.append("---\n");
        metadata().forEach((name, value) -> text.append(name)
                .append(": ")
                .append(JSON.writeValueAsString(value).replace("<", "\\u003c"))
                .append('\n'));
        text.append("---\n\n# ").append(plain(facts.title())).append("\n\n");
        if (facts.description() != null) {
            text.append(plain(facts.description())).append("\n\n");
        }
        section("The model", details());
        section("Training data", data());
        section("Training", training());
        section("Parameters", facts.parameters());
        section("Environment", facts.environment());
        section("Libraries", facts.libraries());
        section("Metrics", facts.metrics());
        List<String> limitations = facts.limitations();
        if (!limitations.isEmpty()) {
            text.append("## Limitations\n\n");
            limitations.forEach(
                    limitation -> text.append("- ").append(plain(limitation)).append('\n'));
            text.append('\n');
        }
        text.append("Made by mlaas of the signed facts of the model's provenance; what is missing here is not known");
        return text.append(facts.withheld().isEmpty() ? "" : " or not disclosed")
                .append(".\n")
                .toString();
    }

    /** Values are written as JSON, which YAML takes: no value can end its line or begin another. */
    private Map<String, Object> metadata() {
        Map<String, Object> metadata = new LinkedHashMap<>();
        put(metadata, "language", facts.tags().get("language"));
        put(metadata, "license", facts.tags().get("license"));
        put(metadata, "library_name", facts.format() == null ? null : LIBRARIES.get(facts.format()));
        put(metadata, "pipeline_tag", facts.tags().get("task"));
        metadata.put(
                "tags",
                Stream.of("mlaas", facts.format())
                        .filter(Objects::nonNull)
                        .distinct()
                        .toList());
        List<String> datasets = facts.datasets().stream()
                .map(dataset -> String.valueOf(dataset.id() == null ? dataset.sha256() : dataset.id()))
                .toList();
        put(metadata, "datasets", datasets.isEmpty() ? null : datasets);
        put(
                metadata,
                "base_model",
                facts.source() == null ? null : facts.source().toString());
        put(
                metadata,
                "metrics",
                facts.metrics().isEmpty() ? null : List.copyOf(facts.metrics().keySet()));
        put(metadata, "model-index", index());
        metadata.put("model_id", facts.id().toString());
        put(metadata, "sha256", facts.artifact().sha256());
        return metadata;
    }

    /** Results, where the three things are known that the index asks for: task, data and values. */
    private @Nullable List<Map<String, Object>> index() {
        String task = facts.tags().get("task");
        List<Map<String, Object>> metrics = new ArrayList<>();
        facts.metrics().forEach((name, value) -> {
            if (isNumber(value)) {
                Map<String, Object> metric = new LinkedHashMap<>();
                metric.put("type", name);
                metric.put("value", Double.parseDouble(value));
                metrics.add(metric);
            }
        });
        if (task == null || metrics.isEmpty() || facts.datasets().isEmpty()) {
            return null;
        }
        ModelFacts.Dataset dataset = facts.datasets().getFirst();
        String data = dataset.fileName() == null ? String.valueOf(dataset.sha256()) : dataset.fileName();
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("task", Map.of("type", task));
        result.put("dataset", Map.of("type", data));
        result.put("metrics", metrics);
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", facts.title());
        entry.put("results", List.of(result));
        return List.of(entry);
    }

    private Map<String, String> details() {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("Id", facts.id().toString());
        details.put("Owner", facts.owner().toString());
        details.put("Origin", facts.origin().toLowerCase(Locale.ROOT));
        put(details, "Task", facts.tags().get("task"));
        put(details, "Architecture", facts.tags().get("architecture"));
        put(details, "Format", facts.format());
        put(details, "File", facts.artifact().name());
        Long size = facts.artifact().sizeBytes();
        put(details, "Size in bytes", size == null ? null : size.toString());
        put(details, "SHA-256", facts.artifact().sha256());
        put(
                details,
                "Made of model",
                facts.source() == null ? null : facts.source().toString());
        details.put("Since", facts.completedAt().toString());
        return details;
    }

    private Map<String, String> data() {
        Map<String, String> data = new LinkedHashMap<>();
        for (ModelFacts.Dataset dataset : facts.datasets()) {
            String name = Stream.of(dataset.fileName(), dataset.id())
                    .filter(Objects::nonNull)
                    .map(Object::toString)
                    .findFirst()
                    .orElse("dataset");
            data.put(name, "SHA-256 " + (dataset.sha256() == null ? "not disclosed" : dataset.sha256()));
        }
        return data;
    }

    private Map<String, String> training() {
        Map<String, String> training = new LinkedHashMap<>();
        ModelFacts.Image image = facts.image();
        if (image != null) {
            put(training, "Image", image.reference());
            put(training, "SHA-256 of the image", image.sha256());
        }
        ModelFacts.File definition = facts.definition();
        if (definition != null) {
            put(training, "Definition", definition.name());
            put(training, "SHA-256 of the definition", definition.sha256());
        }
        if (facts.reproductions().tried() > 0) {
            training.put(
                    "Reproduced",
                    facts.reproductions().reproduced() + " of "
                            + facts.reproductions().tried());
        }
        return training;
    }

    private void section(String title, Map<String, String> rows) {
        if (rows.isEmpty()) {
            return;
        }
        text.append("## ").append(title).append("\n\n| | |\n|---|---|\n");
        rows.forEach((name, value) -> text.append("| ")
                .append(plain(name))
                .append(" | ")
                .append(plain(value))
                .append(" |\n"));
        text.append('\n');
    }

    /** Text as text: no markup, no cell of its own, no line of its own. */
    private static String plain(String value) {
        StringBuilder plain = new StringBuilder();
        value.codePoints().forEach(c -> {
            if (Character.isISOControl(c)) {
                plain.append(' ');
            } else if (c == '<') {
                plain.append("&lt;");
            } else if (c == '&') {
                plain.append("&amp;");
            } else {
                plain.append("\\`*_[]#|>!~".indexOf(c) >= 0 ? "\\" : "").appendCodePoint(c);
            }
        });
        return plain.toString();
    }

    private static boolean isNumber(String value) {
        return value.matches("-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?");
    }

    private static <T> void put(Map<String, T> map, String name, @Nullable T value) {
        if (value != null) {
            map.put(name, value);
        }
    }
}
