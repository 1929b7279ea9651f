package io.mlaas.sharing.provenance;

import io.mlaas.api.sharing.ModelStatus;
import io.mlaas.api.sharing.ReproductionVerdict;
import io.mlaas.api.sharing.TrainingRecord;
import io.mlaas.provenance.intoto.ResourceDescriptor;
import io.mlaas.provenance.intoto.SlsaProvenance;
import io.mlaas.provenance.intoto.Statement;
import io.mlaas.sharing.registry.ModelFacts;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Says of models how they came about, as far as the platform saw it, and no further. */
@Component
class Statements {
    static final String TRAINING = "https://mlaas.io/build-types/training/v1";
    static final String TRANSLATION = "https://mlaas.io/build-types/translation/v1";
    static final String LEARNING = "https://mlaas.io/build-types/learning/v1";
    static final String REPRODUCTION = "https://mlaas.io/attestations/reproduction/v1";
    private static final String JSON_TYPE = "application/json";

    private final ProvenanceProperties properties;
    private final JsonMapper json;

    Statements(ProvenanceProperties properties, JsonMapper json) {
        this.properties = properties;
        this.json = json;
    }

    /**
     * A statement, and the same facts by the names under which they can be disclosed. The subject's digest is none of
     * them: it is in every statement.
     */
    record Said(Statement statement, Map<String, JsonNode> facts) {}

    Said training(ModelFacts model, TrainingRecord record) {
        ObjectNode external = json.createObjectNode();
        external.put("image", record.image().reference());
        external.set("parameters", json.valueToTree(record.parameters()));
        ObjectNode tree = tree(record);
        ObjectNode internal = json.createObjectNode();
        for (String member :
                List.of("runner", "run", "environment", "seeds", "threads", "platform", "libraries", "observed")) {
            JsonNode value = tree.get(member);
            if (value != null) {
                internal.set(member, value);
            }
        }
        List<ResourceDescriptor> inputs = new ArrayList<>();
        record.datasets()
                .forEach(dataset -> inputs.add(ResourceDescriptor.sha256(dataset.fileName(), dataset.sha256())
                        .withUri(urn(dataset.id()))));
        inputs.add(ResourceDescriptor.sha256(
                record.image().reference(), record.image().sha256()));
        ModelFacts.File definition = model.definition();
        if (definition != null) {
            inputs.add(ResourceDescriptor.sha256(definition.fileName(), definition.sha256()));
        }
        List<ResourceDescriptor> byproducts = new ArrayList<>();
        TrainingRecord.Logs logs = record.logs();
        if (logs != null) {
            byproducts.add(ResourceDescriptor.sha256("log", logs.sha256())
                    .withAnnotations(Map.of("size_bytes", json.valueToTree(logs.sizeBytes()))));
        }
        if (record.metrics() != null) {
            byproducts.add(new ResourceDescriptor(
                    "metrics",
                    null,
                    Map.of(),
                    Base64.getEncoder().encodeToString(json.writeValueAsBytes(record.metrics())),
                    null,
                    JSON_TYPE,
                    Map.of()));
        }
        var run = new SlsaProvenance.Metadata(urn(record.jobId()), record.startedAt(), record.finishedAt());
        ObjectNode facts = tree.without(List.of("model_id", "organization_id", "result"));
        return new Said(
                statement(
                        model,
                        new SlsaProvenance.BuildDefinition(TRAINING, external, internal, inputs),
                        run,
                        byproducts),
                Facts.ofTraining(facts));
    }

    /** @param certificate its digest, as it is served */
    Said translation(ModelFacts model, ModelFacts source, Optional<String> certificate) {
        ModelStatus from = source.status();
        ObjectNode external = json.createObjectNode();
        external.put("format", model.status().format());
        List<ResourceDescriptor> inputs = List.of(of(from));
        List<ResourceDescriptor> byproducts =
                certificate
                        .map(sha256 ->
                                ResourceDescriptor.sha256("certificate", sha256).withMediaType(JSON_TYPE))
                        .stream()
                        .toList();
        var run = new SlsaProvenance.Metadata(
                urn(model.status().modelId()), null, model.status().createdAt());
        ObjectNode facts = json.createObjectNode();
        facts.put("source_model", from.modelId().toString());
        facts.put("source_model.sha256", from.sha256());
        facts.put("source_model.file_name", from.fileName());
        facts.put("format", model.status().format());
        facts.put("finished_at", model.status().createdAt().toString());
        certificate.ifPresent(sha256 -> facts.put("certificate.sha256", sha256));
        return new Said(
                statement(
                        model,
                        new SlsaProvenance.BuildDefinition(TRANSLATION, external, null, inputs),
                        run,
                        byproducts),
                Facts.of(facts));
    }

    /** What came in through the stream is not known, and not said. */
    Said learning(ModelFacts model, @Nullable ModelFacts begunWith) {
        ModelStatus status = model.status();
        ObjectNode external = json.createObjectNode();
        external.put("learner_id", String.valueOf(status.learnerId()));
        external.put("snapshot", status.snapshot());
        List<ResourceDescriptor> inputs = new ArrayList<>();
        ObjectNode facts = external.deepCopy();
        ModelFacts.Image learner = Objects.requireNonNull(model.image());
        inputs.add(ResourceDescriptor.sha256(learner.reference(), learner.sha256()));
        facts.put("learner.sha256", learner.sha256());
        if (begunWith != null && begunWith.status().sha256() != null) {
            inputs.add(of(begunWith.status()));
            facts.put("source_model", begunWith.status().modelId().toString());
            facts.put("source_model.sha256", begunWith.status().sha256());
        }
        List<ResourceDescriptor> byproducts = new ArrayList<>();
        ModelFacts.File account = model.definition();
        if (account != null) {
            byproducts.add(ResourceDescriptor.sha256(account.fileName(), account.sha256())
                    .withMediaType(JSON_TYPE));
            facts.put("record.sha256", account.sha256());
        }
        facts.put("finished_at", status.createdAt().toString());
        var run = new SlsaProvenance.Metadata(urn(status.modelId()), null, status.createdAt());
        return new Said(
                statement(model, new SlsaProvenance.BuildDefinition(LEARNING, external, null, inputs), run, byproducts),
                Facts.of(facts));
    }

    /** Who asked for the reproduction is nobody's business. */
    Statement verdict(ModelFacts model, ReproductionVerdict verdict) {
        ObjectNode predicate = tree(verdict).without(List.of("organization_id", "owner_id", "requested_by"));
        predicate.putObject("verifier").put("id", properties.builder().toString());
        return new Statement(List.of(subject(model)), REPRODUCTION, predicate);
    }

    Statement commitments(ModelFacts model, ObjectNode predicate, String type) {
        return new Statement(List.of(subject(model)), type, predicate);
    }

    private Statement statement(
            ModelFacts model,
            SlsaProvenance.BuildDefinition definition,
            SlsaProvenance.Metadata run,
            List<ResourceDescriptor> byproducts) {
        var builder = new SlsaProvenance.Builder(properties.builder().toString(), Map.of(), List.of());
        return new SlsaProvenance(definition, new SlsaProvenance.RunDetails(builder, run, byproducts))
                .of(List.of(subject(model)));
    }

    private ObjectNode tree(Object record) {
        return json.valueToTree(record);
    }

    private static ResourceDescriptor subject(ModelFacts model) {
        return ResourceDescriptor.sha256(
                Objects.requireNonNull(model.status().fileName()),
                Objects.requireNonNull(model.status().sha256()));
    }

    private static ResourceDescriptor of(ModelStatus model) {
        return ResourceDescriptor.sha256(
                        Objects.requireNonNull(model.fileName()), Objects.requireNonNull(model.sha256()))
                .withUri(urn(model.modelId()));
    }

    private static String urn(UUID id) {
        return "urn:uuid:" + id;
    }
}
