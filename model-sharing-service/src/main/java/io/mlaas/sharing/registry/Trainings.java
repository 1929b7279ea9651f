package io.mlaas.sharing.registry;

import io.mlaas.api.sharing.NewTraining;
import io.mlaas.api.sharing.RegisteredTraining;
import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.security.Caller;
import io.mlaas.sharing.artifact.Artifact;
import io.mlaas.sharing.artifact.ArtifactStore;
import io.mlaas.sharing.artifact.StagedFile;
import io.mlaas.sharing.grant.Permission;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Registers models that a service wants trained for a company: as a user does by a form, but of what the registry has
 * already, and only once for an id.
 */
@Component
class Trainings {
    private static final Logger log = LoggerFactory.getLogger(Trainings.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String POSSIBLE = "POSSIBLE";

    private final Access access;
    private final ModelRepository models;
    private final TrainImages images;
    private final Registration registration;
    private final ArtifactStore artifacts;
    private final RegistryProperties properties;

    Trainings(
            Access access,
            ModelRepository models,
            TrainImages images,
            Registration registration,
            ArtifactStore artifacts,
            RegistryProperties properties) {
        this.access = access;
        this.models = models;
        this.images = images;
        this.registration = registration;
        this.artifacts = artifacts;
        this.properties = properties;
    }

    /** Looks at everything that a registration looks at, and makes nothing. */
    RegisteredTraining check(NewTraining wanted, Caller caller) {
        requireDefinition(wanted.definition());
        return new RegisteredTraining(model(wanted, null, caller).id(), POSSIBLE, false);
    }

    RegisteredTraining register(NewTraining wanted, Caller caller) {
        boolean created = models.find(wanted.modelId()).isEmpty() && insert(wanted, caller);
        Model registered = access.ownModel(wanted.modelId(), caller);
        return new RegisteredTraining(registered.id(), registered.state().name(), created);
    }

    private boolean insert(NewTraining wanted, Caller caller) {
        NewTraining.Definition definition = wanted.definition();
        if (definition == null) {
            return insert(model(wanted, null, caller));
        }
        requireDefinition(definition);
        try (StagedFile file = artifacts.stage(
                caller.organizationId(),
                "definition",
                new ByteArrayInputStream(definition.content().getBytes(StandardCharsets.UTF_8)),
                definition.fileName(),
                null,
                properties.maxDefinition().toBytes())) {
            // the rules first: what they refuse is not kept
            model(wanted, null, caller);
            return insert(model(wanted, file.keep(), caller));
        }
    }

    private void requireDefinition(NewTraining.@Nullable Definition definition) {
        long most = properties.maxDefinition().toBytes();
        if (definition != null && (definition.fileName() == null || definition.content() == null)) {
            throw PlatformProblem.INVALID_REQUEST.because("definition: (expected: file_name and content)");
        }
        if (definition != null && definition.content().getBytes(StandardCharsets.UTF_8).length > most) {
            throw PlatformProblem.INVALID_REQUEST.because(
                    "definition.content: %d characters (expected: at most %d bytes)"
                            .formatted(definition.content().length(), most));
        }
    }

    private boolean insert(Model model) {
        try {
            registration.insert(model);
            return true;
        } catch (DuplicateKeyException e) {
            if (models.find(model.id()).isEmpty()) {
                throw e;
            }
            log.debug("model {} was registered at the same time", model.id(), e);
            return false;
        }
    }

    private Model model(NewTraining wanted, @Nullable Artifact definition, Caller caller) {
        Model like = wanted.likeModelId() == null ? null : trained(wanted.likeModelId(), caller);
        ModelMetadata metadata = metadata(wanted, like);
        access.dataset(metadata.requiredDatasetId(), caller, Permission.TRAIN).requireUsable();
        String image = wanted.trainImage() == null && like != null && like.trainImage() != null
                ? like.trainImage().reference()
                : wanted.trainImage();
        return new Model(
                wanted.modelId(),
                caller.organizationId(),
                developer(wanted, caller),
                caller.subject(),
                metadata.datasetId(),
                ModelState.PENDING,
                null,
                images.resolve(image),
                metadata.params(),
                metadata.all(),
                definition != null ? definition : like == null ? null : another(like.definition()),
                null,
                null,
                null,
                null,
                null,
                Instant.now(),
                null,
                Label.named(metadata.name()),
                null);
    }

    private Model trained(UUID id, Caller caller) {
        Model model = access.ownModel(id, caller);
        if (model.state() == ModelState.QUARANTINED) {
            throw Anchored.quarantined(id, model.reason());
        }
        if (model.trainImage() == null || model.datasetId() == null || model.sourceModelId() != null) {
            throw PlatformProblem.INVALID_REQUEST.because(
                    "like_model_id: %s is %s (expected: a model that was trained here)"
                            .formatted(id, model.origin().name().toLowerCase(Locale.ROOT)));
        }
        return model;
    }

    /** By the rules that the form's part of that name has. */
    private static ModelMetadata metadata(NewTraining wanted, @Nullable Model like) {
        Map<String, Object> params = new LinkedHashMap<>(like == null ? Map.of() : like.params());
        params.putAll(wanted.params() == null ? Map.of() : wanted.params());
        Map<String, Object> model = new LinkedHashMap<>();
        String name = wanted.name() == null && like != null ? like.label().name() : wanted.name();
        if (name != null) {
            model.put("name", name);
        }
        model.put("params", params);
        Map<String, Object> data = new LinkedHashMap<>();
        UUID dataset = wanted.datasetId() == null && like != null ? like.datasetId() : wanted.datasetId();
        if (dataset != null) {
            data.put("dataset_id", dataset.toString());
        }
        return ModelMetadata.parse(
                JSON.writeValueAsString(Map.of("model_params", model, "data_params", data)), text -> text);
    }

    /** Whoever asked for it; of one without a UUID, the model itself. */
    private static UUID developer(NewTraining wanted, Caller caller) {
        try {
            return UUID.fromString(caller.subject());
        } catch (IllegalArgumentException e) {
            log.debug("{} is no UUID", caller.subject(), e);
            return wanted.modelId();
        }
    }

    /** A file of its own with the same bytes, so that neither model's deletion takes the other's. */
    private static @Nullable Artifact another(@Nullable Artifact file) {
        return file == null
                ? null
                : new Artifact(
                        UUID.randomUUID(),
                        file.organizationId(),
                        file.sha256(),
                        file.md5(),
                        file.sizeBytes(),
                        file.fileName(),
                        file.mediaType(),
                        file.objectKey());
    }
}
