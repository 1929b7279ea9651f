package io.mlaas.translation.onnx;

import io.mlaas.api.sharing.ModelStatus;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** The way of a model from the registry and back: nothing is registered that was not compared with its source. */
@Component
class Translations {
    private static final int TRAINING_RETRY_SECONDS = 10;

    private final Registry registry;
    private final Translator translator;
    private final Turns turns;
    private final Workers workers;
    private final TranslationProperties properties;

    Translations(
            Registry registry, Translator translator, Turns turns, Workers workers, TranslationProperties properties) {
        this.registry = registry;
        this.translator = translator;
        this.turns = turns;
        this.workers = workers;
        this.properties = properties;
    }

    Translation translate(UUID modelId, Wish wish) {
        ModelStatus model = registry.model(modelId);
        requireTrained(model);
        requireKnown(model);
        String sha256 = String.valueOf(model.sha256());
        try (Turns.Turn only = turns.ofModel(modelId)) {
            Optional<Translation> earlier = registry.translationOf(modelId);
            if (earlier.isPresent() && wish.isMetBy(earlier.get().certificate())) {
                return earlier.get();
            }
            try (Turns.Turn place = turns.place();
                    Workspace workspace = Workspace.in(properties.workDirectory())) {
                download(model, sha256, workspace);
                JsonNode certificate =
                        workers.calculate(() -> translator.translate(workspace.source(), wish, workspace.target()));
                return registry.register(modelId, workspace.target(), fileName(model), certificate);
            }
        }
    }

    /** What a translation would find; nothing is registered. */
    TranslationCheck check(UUID modelId) {
        ModelStatus model = registry.model(modelId);
        requireTrained(model);
        requireKnown(model);
        try (Turns.Turn place = turns.place();
                Workspace workspace = Workspace.in(properties.workDirectory())) {
            download(model, String.valueOf(model.sha256()), workspace);
            return workers.calculate(() -> translator.check(workspace.source()));
        }
    }

    private void download(ModelStatus model, String sha256, Workspace workspace) {
        registry.download(model.modelId(), sha256, properties.maxModelSize().toBytes(), workspace.source());
    }

    private static void requireTrained(ModelStatus model) {
        switch (model.status()) {
            case "TRAINED" -> {}
            case "PENDING", "REGISTERED", "TRAINING", "STORED" ->
                throw TranslationProblem.TRANSLATION_NOT_TRAINED_YET.retryAfter(
                        TRAINING_RETRY_SECONDS,
                        "Model %s has not been trained yet. Please, try again later.".formatted(model.modelId()));
            default ->
                throw TranslationProblem.TRANSLATION_NOT_TRAINED.because("Model %s is %s%s (expected: TRAINED)"
                        .formatted(
                                model.modelId(),
                                model.status(),
                                model.reason() == null ? "" : " (" + model.reason() + ")"));
        }
    }

    private void requireKnown(ModelStatus model) {
        if (!translator.formats().contains(model.format())) {
            throw TranslationProblem.TRANSLATION_FORMAT_UNSUPPORTED.because(
                    "format: %s (expected: %s)".formatted(model.format(), String.join(" or ", translator.formats())));
        }
        Long size = model.sizeBytes();
        long limit = properties.maxModelSize().toBytes();
        if (size != null && size > limit) {
            throw Registry.tooLarge(size, limit);
        }
    }

    private static String fileName(ModelStatus model) {
        String name = model.fileName() == null ? "model" : model.fileName();
        int dot = name.lastIndexOf('.');
        return (dot > 0 ? name.substring(0, dot) : name) + ".onnx";
    }
}
