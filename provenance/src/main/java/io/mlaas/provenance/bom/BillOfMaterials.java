package io.mlaas.provenance.bom;

import io.mlaas.provenance.card.ModelFacts;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model's bill of materials as CycloneDX 1.6 writes it (ECMA-424): the model with its card, the image it was trained
 * in, the data it was trained on, the libraries that took part, and which needs which. The same facts give the same
 * bytes, with a serial number that is the model's.
 *
 * @see <a href="https://cyclonedx.org/docs/1.6/json/">the format</a>
 */
public final class BillOfMaterials {
    public static final String MEDIA_TYPE = "application/vnd.cyclonedx+json";

    private static final JsonMapper JSON = JsonMapper.shared();

    private final ModelFacts facts;
    private final String model;
    private final ArrayNode components = JSON.createArrayNode();
    private final List<String> ingredients = new ArrayList<>();
    private final List<String> libraries = new ArrayList<>();

    private BillOfMaterials(ModelFacts facts) {
        this.facts = facts;
        this.model = "model:" + facts.id();
    }

    public static ObjectNode of(ModelFacts facts) {
        return new BillOfMaterials(facts).document();
    }

    /** Derived from the model and its digest: the same wherever and whenever the document is made. */
    static UUID serialNumber(ModelFacts facts) {
        String name = "mlaas:bom:" + facts.id() + ":" + facts.artifact().sha256();
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    private ObjectNode document() {
        addImage();
        facts.datasets().forEach(this::addDataset);
        addDefinition();
        addSource();
        facts.libraries().forEach(this::addLibrary);
        ObjectNode document = JSON.createObjectNode()
                .put("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json")
                .put("bomFormat", "CycloneDX")
                .put("specVersion", "1.6")
                .put("serialNumber", "urn:uuid:" + serialNumber(facts))
                .put("version", facts.revision());
        ObjectNode metadata = document.putObject("metadata");
        metadata.put(
                "timestamp", facts.completedAt().truncatedTo(ChronoUnit.SECONDS).toString());
        metadata.putObject("tools")
                .putArray("components")
                .addObject()
                .put("type", "application")
                .put("name", "mlaas");
        metadata.set("component", model());
        document.set("components", components);
        document.set("dependencies", dependencies());
        document.putArray("compositions")
                .addObject()
                .put("aggregate", completeness())
                .putArray("dependencies")
                .add(model);
        return document;
    }

    /** What the platform has seen itself it knows completely; of what it has not seen, it knows nothing. */
    private String completeness() {
        if (!facts.origin().equals("TRAINED")) {
            return "unknown";
        }
        return facts.withheld().isEmpty() ? "complete" : "incomplete";
    }

    private ObjectNode model() {
        ObjectNode component =
                component("machine-learning-model", model, facts.name() == null ? facts.title() : facts.name());
        if (facts.version() != null) {
            component.put("version", facts.version().toString());
        }
        if (facts.description() != null) {
            component.put("description", facts.description());
        }
        component.putObject("supplier").put("name", facts.owner().toString());
        addHash(component, facts.artifact().sha256());
        String license = facts.tags().get("license");
        if (license != null) {
            component.putArray("licenses").addObject().putObject("license").put("name", license);
        }
        component.set("modelCard", card());
        ArrayNode properties = component.putArray("properties");
        addProperty(properties, "model_id", facts.id().toString());
        addProperty(properties, "origin", facts.origin());
        addProperty(properties, "format", facts.format());
        addProperty(properties, "file_name", facts.artifact().name());
        Long size = facts.artifact().sizeBytes();
        addProperty(properties, "size_bytes", size == null ? null : size.toString());
        facts.parameters().forEach((name, value) -> addProperty(properties, "parameters." + name, value));
        facts.environment().forEach((name, value) -> addProperty(properties, "environment." + name, value));
        facts.withheld().forEach(name -> addProperty(properties, "not_disclosed", name));
        return component;
    }

    private ObjectNode card() {
        ObjectNode card = JSON.createObjectNode().put("bom-ref", "card:" + facts.id());
        ObjectNode parameters = card.putObject("modelParameters");
        String task = facts.tags().get("task");
        if (task != null) {
            parameters.put("task", task);
        }
        String architecture = facts.tags().get("architecture");
        if (architecture != null) {
            parameters.put("modelArchitecture", architecture);
        }
        ArrayNode datasets = JSON.createArrayNode();
        ingredients.stream()
                .filter(reference -> reference.startsWith("dataset:"))
                .forEach(reference -> datasets.addObject().put("ref", reference));
        if (!datasets.isEmpty()) {
            parameters.set("datasets", datasets);
        }
        if (!facts.metrics().isEmpty()) {
            ArrayNode metrics = card.putObject("quantitativeAnalysis").putArray("performanceMetrics");
            facts.metrics()
                    .forEach((name, value) ->
                            metrics.addObject().put("type", name).put("value", value));
        }
        ArrayNode limitations = JSON.createArrayNode();
        facts.limitations().forEach(limitations::add);
        if (!limitations.isEmpty()) {
            card.putObject("considerations").set("technicalLimitations", limitations);
        }
        return card;
    }

    private void addImage() {
        ModelFacts.Image image = facts.image();
        if (image != null) {
            String name = image.reference() == null ? "training image" : image.reference();
            ObjectNode component = add("container", "image:" + (image.sha256() == null ? name : image.sha256()), name);
            component.put("description", "The image that the model was trained in");
            addHash(component, image.sha256());
        }
    }

    private void addDataset(ModelFacts.Dataset dataset) {
        String reference = String.valueOf(dataset.id() == null ? dataset.sha256() : dataset.id());
        String name = dataset.fileName() == null ? reference : dataset.fileName();
        ObjectNode component = add("data", "dataset:" + reference, name);
        addHash(component, dataset.sha256());
        component.putArray("data").addObject().put("type", "dataset").put("name", name);
    }

    private void addDefinition() {
        ModelFacts.File definition = facts.definition();
        if (definition != null) {
            String name = definition.name() == null ? "definition" : definition.name();
            ObjectNode component = add("data", "definition:" + facts.id(), name);
            addHash(component, definition.sha256());
            component.putArray("data").addObject().put("type", "configuration").put("name", name);
        }
    }

    private void addSource() {
        if (facts.source() != null) {
            add(
                    "machine-learning-model",
                    "model:" + facts.source(),
                    facts.source().toString());
        }
    }

    private void addLibrary(String name, String version) {
        String reference = "library:" + name + "@" + version;
        ObjectNode component = component("library", reference, name).put("version", version);
        libraries.add(reference);
        components.add(component);
    }

    /** Something that the model was made of directly. */
    private ObjectNode add(String type, String reference, String name) {
        ObjectNode component = component(type, reference, name);
        ingredients.add(reference);
        components.add(component);
        return component;
    }

    /** Libraries are the image's, where it is told. */
    private ArrayNode dependencies() {
        ArrayNode dependencies = JSON.createArrayNode();
        String image = ingredients.stream()
                .filter(reference -> reference.startsWith("image:"))
                .findFirst()
                .orElse(null);
        List<String> ofTheModel = new ArrayList<>(ingredients);
        if (image == null) {
            ofTheModel.addAll(libraries);
        }
        addDependencies(dependencies, model, ofTheModel);
        ingredients.forEach(
                reference -> addDependencies(dependencies, reference, reference.equals(image) ? libraries : List.of()));
        libraries.forEach(reference -> addDependencies(dependencies, reference, List.of()));
        return dependencies;
    }

    private static void addDependencies(ArrayNode dependencies, String of, List<String> on) {
        ObjectNode dependency = dependencies.addObject().put("ref", of);
        if (!on.isEmpty()) {
            ArrayNode list = dependency.putArray("dependsOn");
            on.forEach(list::add);
        }
    }

    private static ObjectNode component(String type, String reference, String name) {
        return JSON.createObjectNode()
                .put("type", type)
                .put("bom-ref", reference)
                .put("name", name);
    }

    private static void addHash(ObjectNode component, @Nullable String sha256) {
        if (sha256 != null) {
            component.putArray("hashes").addObject().put("alg", "SHA-256").put("content", sha256);
        }
    }

    private static void addProperty(ArrayNode properties, String name, @Nullable String value) {
        if (value != null) {
            properties.addObject().put("name", "mlaas:" + name).put("value", value);
        }
    }
}
