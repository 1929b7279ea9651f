package io.mlaas.translation.onnx;

import io.mlaas.api.sharing.ModelStatus;
import io.mlaas.kit.security.Caller;
import io.mlaas.translate.GivenOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** What users ask for: each translation is made once, and whoever asks waits a moment for it. */
@Component
class Translations {
    private static final int TRAINING_RETRY_SECONDS = 10;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(40);
    private static final Duration LOOK_AGAIN_AT_LEAST = Duration.ofMillis(250);

    private final Registry registry;
    private final Translator translator;
    private final TranslationJobs jobs;
    private final JobRepository repository;
    private final Dispatcher dispatcher;
    private final References references;
    private final Turns turns;
    private final Workers workers;
    private final TranslationProperties properties;

    Translations(
            Registry registry,
            Translator translator,
            TranslationJobs jobs,
            JobRepository repository,
            Dispatcher dispatcher,
            References references,
            Turns turns,
            Workers workers,
            TranslationProperties properties) {
        this.registry = registry;
        this.translator = translator;
        this.jobs = jobs;
        this.repository = repository;
        this.dispatcher = dispatcher;
        this.references = references;
        this.turns = turns;
        this.workers = workers;
        this.properties = properties;
    }

    /** What a request for a translation comes to. */
    sealed interface Outcome {
        record Made(Translation translation) implements Outcome {}

        record UnderWay(TranslationStatus status) implements Outcome {}
    }

    Outcome translate(Asked asked, Caller caller) {
        Wish plain = Wish.of(asked.opset(), asked.quantize(), asked.given());
        UUID modelId = asked.modelId();
        ModelStatus model = registry.model(modelId);
        requireTrained(model);
        requireKnown(model);
        UUID id = UUID.randomUUID();
        Workspace workspace = Workspace.of(properties.workDirectory(), id);
        boolean mine = false;
        try {
            Wish wish = plain.withReference(references.take(asked.reference(), workspace));
            Order order =
                    new Order(modelId, String.valueOf(model.sha256()), wish, caller.organizationId(), caller.subject());
            Optional<Translation> earlier = earlier(order);
            if (earlier.isPresent()) {
                return new Outcome.Made(earlier.get());
            }
            TranslationJob job = jobs.queue(id, order);
            mine = job.id().equals(id);
            dispatcher.wake();
            return await(job, mine, Patience.of(asked.prefer(), properties.answerWithin()));
        } finally {
            if (!mine) {
                workspace.close();
            }
        }
    }

    /** One that was made before and can be used; those of before there were jobs are found by their certificates. */
    private Optional<Translation> earlier(Order order) {
        Optional<TranslationJob> done = repository.done(order);
        Optional<Translation> known = done.isPresent()
                ? done.flatMap(job -> registry.translation(job.made(), false))
                : registry.translationOf(order.sourceModelId())
                        .filter(translation -> order.wish().isMetBy(translation.certificate()));
        return known.filter(Translation::isVerified);
    }

    private Outcome await(TranslationJob job, boolean mine, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        TranslationJob now = job;
        Duration pause = LOOK_AGAIN;
        while (!now.state().isOver() && System.nanoTime() < deadline) {
            try {
                Thread.sleep(pause);
                pause = pause.compareTo(LOOK_AGAIN_AT_LEAST) < 0 ? pause.multipliedBy(2) : pause;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Outcome.UnderWay(now.toApi());
            }
            now = repository.find(job.id()).orElseThrow();
        }
        return switch (now.state()) {
            case QUEUED, RUNNING -> new Outcome.UnderWay(now.toApi());
            case FAILED -> throw now.failure();
            case DONE ->
                new Outcome.Made(registry.translation(now.made(), mine && now.created())
                        .orElseThrow(
                                () -> TranslationProblem.TRANSLATION_UNKNOWN.because("translation_id: " + job.id())));
        };
    }

    /** How far a translation is, for the company that asked for it and for those who may see what is translated. */
    TranslationStatus status(UUID id, Caller caller) {
        TranslationJob job = repository
                .find(id)
                .filter(found -> found.organizationId().equals(caller.organizationId()) || isVisible(found))
                .orElseThrow(() -> TranslationProblem.TRANSLATION_UNKNOWN.because("translation_id: " + id));
        return job.toApi();
    }

    private boolean isVisible(TranslationJob job) {
        return registry.find(job.sourceModelId()).isPresent();
    }

    /** What a translation would find; nothing is registered. */
    TranslationCheck check(UUID modelId, GivenOptions given, Caller caller) {
        Wish wish = Wish.of(null, false, given);
        ModelStatus model = registry.model(modelId);
        requireTrained(model);
        requireKnown(model);
        try (Turns.Turn place = turns.place();
                Workspace workspace = Workspace.of(properties.workDirectory(), UUID.randomUUID())) {
            registry.download(
                    modelId,
                    caller.organizationId(),
                    String.valueOf(model.sha256()),
                    properties.maxModelSize().toBytes(),
                    workspace.source());
            return workers.calculate(() -> translator.check(workspace.source(), wish.options()));
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
}
