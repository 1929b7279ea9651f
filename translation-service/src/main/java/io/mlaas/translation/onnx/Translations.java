package io.mlaas.translation.onnx;

import io.mlaas.api.sharing.ModelStatus;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** The way of a model from the registry and back: nothing is registered that was not compared with its source. */
@Component
class Translations {
    private static final int TRAINING_RETRY_SECONDS = 10;

    private final Registry registry;
    private final List<Translator> translators;
    private final Turns turns;
    private final Workers workers;
    private final TranslationProperties properties;

    Translations(
            Registry registry,
            List<Translator> translators,
            Turns turns,
            Workers workers,
            TranslationProperties properties) {
        this.registry = registry;
        this.translators = List.copyOf(translators);
        this.turns = turns;
        this.workers = workers;
        this.properties = properties;
    }

    Translation translate(UUID modelId) {
        ModelStatus model = registry.model(modelId);
        requireTrained(model);
        Translator translator = translatorFor(model);
        String sha256 = String.valueOf(model.sha256());
        try (Turns.Turn only = turns.ofModel(modelId)) {
            Optional<Translation> earlier = registry.translationOf(modelId);
            if (earlier.isPresent()) {
                return earlier.get();
            }
            try (Turns.Turn place = turns.place();
                    Workspace workspace = Workspace.in(properties.workDirectory())) {
                long limit = properties.maxModelSize().toBytes();
                registry.download(modelId, sha256, limit, workspace.source());
                Translator.Translated translated =
                        workers.calculate(() -> translator.translate(workspace.source(), sha256, workspace.target()));
                return registry.register(modelId, workspace.target(), fileName(model), translated.certificate());
            }
        }
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

    private Translator translatorFor(ModelStatus model) {
        Translator translator = translators.stream()
                .filter(candidate -> candidate.format().equals(model.format()))
                .findFirst()
                .orElseThrow(() -> TranslationProblem.TRANSLATION_FORMAT_UNSUPPORTED.because("format: %s (expected: %s)"
                        .formatted(
                                model.format(),
                                translators.stream().map(Translator::format).collect(Collectors.joining(" or ")))));
        Long size = model.sizeBytes();
        long limit = properties.maxModelSize().toBytes();
        if (size != null && size > limit) {
            throw Registry.tooLarge(size, limit);
        }
        return translator;
    }

    private static String fileName(ModelStatus model) {
        String name = model.fileName() == null ? "model" : model.fileName();
        int dot = name.lastIndexOf('.');
        return (dot > 0 ? name.substring(0, dot) : name) + ".onnx";
    }
}
