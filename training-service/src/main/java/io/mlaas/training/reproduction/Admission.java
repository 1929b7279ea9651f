package io.mlaas.training.reproduction;

import io.mlaas.api.blockchain.Origin;
import io.mlaas.api.sharing.ModelStatus;
import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.api.training.TrainingApi.TrainImage;
import io.mlaas.kit.security.Caller;
import io.mlaas.training.job.Trials;
import io.mlaas.training.registry.Registry;
import io.mlaas.training.runner.Runners;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Who may have which model trained again, and whether it can be. */
@Component
class Admission {
    private final Registry registry;
    private final Runners runners;
    private final Trials trials;

    Admission(Registry registry, Runners runners, Trials trials) {
        this.registry = registry;
        this.runners = runners;
        this.trials = trials;
    }

    Reproduction admit(UUID modelId, Request request, Caller caller) {
        ModelStatus model = registry.status(modelId)
                .orElseThrow(() -> ReproductionProblem.REPRODUCTION_MODEL_UNKNOWN.because(
                        "model_id: " + modelId + " (expected: a model that your company sees, and was not deleted)"));
        requireTrained(model);
        if (!model.organizationId().equals(caller.organizationId()) && !registry.mayUse(modelId)) {
            throw ReproductionProblem.REPRODUCTION_NOT_GRANTED.because(
                    "model_id: " + modelId + " is not granted to your company for use");
        }
        TrainingRequested order = registry.ownersOrder(modelId)
                .orElseThrow(() -> ReproductionProblem.REPRODUCTION_MODEL_UNKNOWN.because(
                        "model_id: " + modelId + " (expected: a model that was not deleted)"));
        requireImage(order);
        return new Reproduction(
                UUID.randomUUID(),
                modelId,
                caller.organizationId(),
                model.organizationId(),
                caller.subject(),
                request,
                Reproduction.State.QUEUED,
                String.valueOf(model.sha256()),
                order,
                trials.registeredMetrics(modelId),
                Instant.now(),
                0,
                null,
                null,
                null,
                null,
                null);
    }

    private static void requireTrained(ModelStatus model) {
        if (model.origin() != Origin.TRAINED) {
            throw impossible(
                    model,
                    "was " + model.origin().name().toLowerCase(java.util.Locale.ROOT)
                            + ": nobody here saw its training (expected: one that was trained here)");
        }
        if (!model.status().equals("TRAINED") || model.sha256() == null) {
            throw impossible(model, "is " + model.status() + " (expected: TRAINED)");
        }
    }

    private void requireImage(TrainingRequested order) {
        TrainImage image;
        try {
            Optional<TrainImage> found = runners.image(order.trainImage());
            image = found.orElseThrow(
                    () -> ReproductionProblem.REPRODUCTION_IMAGE_CHANGED.because(runners.unknown(order.trainImage())));
        } catch (UncheckedIOException e) {
            throw ReproductionProblem.REPRODUCTION_IMAGE_CHANGED.because(
                    "train_image: the files of " + order.trainImage() + " cannot be read on this machine", e);
        }
        if (!image.sha256().equals(order.trainImageSha256())) {
            throw ReproductionProblem.REPRODUCTION_IMAGE_CHANGED.because(
                    "train_image: " + order.trainImage() + " is sha256 " + image.sha256() + " here (expected: "
                            + order.trainImageSha256() + ", as it was when the model was registered)");
        }
    }

    private static RuntimeException impossible(ModelStatus model, String why) {
        return ReproductionProblem.REPRODUCTION_IMPOSSIBLE.because("model_id: " + model.modelId() + " " + why);
    }
}
