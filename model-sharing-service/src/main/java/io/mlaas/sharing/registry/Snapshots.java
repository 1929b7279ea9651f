package io.mlaas.sharing.registry;

import io.mlaas.api.sharing.RegisteredSnapshot;
import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.security.Caller;
import io.mlaas.sharing.anchoring.Chain;
import io.mlaas.sharing.artifact.Artifact;
import io.mlaas.sharing.artifact.ArtifactStore;
import io.mlaas.sharing.artifact.Fingerprint;
import io.mlaas.sharing.artifact.StagedFile;
import io.mlaas.sharing.artifact.UploadForm;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Registers snapshots of learners: each a new version of the model that has the learner's name, with a contract of its own.
 * What the learner is stands where a training image would, the record of how the snapshot came about is its definition.
 */
@Component
class Snapshots {
    private static final Logger log = LoggerFactory.getLogger(Snapshots.class);
    private static final String RECORD_FILE = "snapshot.json";

    private final ArtifactStore artifacts;
    private final ModelRepository models;
    private final Chain chain;
    private final RegistryProperties properties;
    private final TransactionTemplate transactions;

    Snapshots(
            ArtifactStore artifacts,
            ModelRepository models,
            Chain chain,
            RegistryProperties properties,
            PlatformTransactionManager transactions) {
        this.artifacts = artifacts;
        this.models = models;
        this.chain = chain;
        this.properties = properties;
        this.transactions = new TransactionTemplate(transactions);
    }

    /** Repeating a registration with the same bytes answers the first one. */
    RegisteredSnapshot register(Model.Snapshot snapshot, String format, Caller caller, HttpServletRequest request) {
        Translations.requireFormat(format);
        if (snapshot.number() < 1) {
            throw PlatformProblem.INVALID_REQUEST.because("snapshot: " + snapshot.number() + " (expected: >= 1)");
        }
        int most = Math.toIntExact(properties.maxDefinition().toBytes());
        var parts =
                new UploadForm.Parts(Map.of("record", most, "learner", most), Map.of("artifact", artifacts.maxSize()));
        boolean created;
        try (UploadForm form = UploadForm.read(request, caller.organizationId(), parts, artifacts)) {
            StagedFile file = form.requiredFile("artifact");
            created = models.find(snapshot).isEmpty() && insert(snapshot, format, form, file, caller);
            requireSame(snapshot, file.sha256(), caller);
        }
        UUID id = find(snapshot).id();
        chain.await(id, () -> Translations.settled(find(snapshot)));
        Model registered = find(snapshot);
        if (registered.state() == ModelState.FAILED) {
            throw RegistryProblem.REGISTRATION_REFUSED.because("%s: %s".formatted(id, registered.reason()));
        }
        return new RegisteredSnapshot(
                id, snapshot.learnerId(), snapshot.number(), registered.state().name(), created);
    }

    private boolean insert(Model.Snapshot snapshot, String format, UploadForm form, StagedFile file, Caller caller) {
        String text = form.requiredText("record");
        Map<String, Object> values = LenientJson.object("record", text);
        Fields fields = new Fields("record.", values);
        UUID source = fields.id("source_model_id");
        if (source != null && models.find(source).isEmpty()) {
            throw RegistryProblem.UNKNOWN_MODEL.because("record.source_model_id: " + source);
        }
        Model model = new Model(
                UUID.randomUUID(),
                caller.organizationId(),
                developer(snapshot, caller),
                caller.subject(),
                null,
                ModelState.PENDING,
                null,
                image(snapshot, form.requiredText("learner")),
                Map.of(),
                plain(values),
                keep(text, caller.organizationId()),
                file.keep(),
                format,
                source,
                null,
                null,
                Instant.now(),
                null,
                Label.named(fields.name("name")),
                snapshot);
        return insert(model, snapshot);
    }

    private boolean insert(Model model, Model.Snapshot snapshot) {
        try {
            transactions.executeWithoutResult(status -> {
                artifacts.insert(Objects.requireNonNull(model.result()));
                artifacts.insert(Objects.requireNonNull(model.definition()));
                models.insert(model);
                chain.deploy(Registration.contract(model));
            });
            return true;
        } catch (DuplicateKeyException e) {
            if (models.find(snapshot).isEmpty()) {
                throw e;
            }
            log.debug("snapshot {} was registered at the same time", snapshot, e);
            return false;
        }
    }

    /** Whoever made the learner; of one whose maker has no UUID, the learner. */
    private static UUID developer(Model.Snapshot snapshot, Caller caller) {
        try {
            return UUID.fromString(caller.subject());
        } catch (IllegalArgumentException e) {
            log.debug("{} is no UUID", caller.subject(), e);
            return snapshot.learnerId();
        }
    }

    private static Model.TrainImageReference image(Model.Snapshot snapshot, String document) {
        byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
        try {
            Fingerprint fingerprint = Fingerprint.of(new ByteArrayInputStream(bytes));
            return new Model.TrainImageReference(
                    "learner:" + snapshot.learnerId(), fingerprint.sha256(), fingerprint.md5());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** What can be shown in a list; all of it is in the file. */
    private static Map<String, Object> plain(Map<String, Object> values) {
        Map<String, Object> plain = new LinkedHashMap<>(values);
        plain.values().removeIf(value -> value instanceof Map || value instanceof Collection);
        return plain;
    }

    private Artifact keep(String record, UUID organizationId) {
        try (StagedFile staged = artifacts.stage(
                organizationId,
                "record",
                new ByteArrayInputStream(record.getBytes(StandardCharsets.UTF_8)),
                RECORD_FILE,
                MediaType.APPLICATION_JSON_VALUE,
                properties.maxDefinition().toBytes())) {
            return staged.keep();
        }
    }

    private void requireSame(Model.Snapshot snapshot, String sha256, Caller caller) {
        Model registered = find(snapshot);
        Artifact result = Objects.requireNonNull(registered.result());
        if (!registered.organizationId().equals(caller.organizationId())
                || !result.sha256().equals(sha256)) {
            throw RegistryProblem.RESULT_ALREADY_REGISTERED.because(
                    "learner_id: %s, snapshot: %d: registered with another file"
                            .formatted(snapshot.learnerId(), snapshot.number()));
        }
    }

    private Model find(Model.Snapshot snapshot) {
        return models.find(snapshot).orElseThrow();
    }
}
