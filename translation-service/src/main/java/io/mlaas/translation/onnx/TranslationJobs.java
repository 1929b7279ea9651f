package io.mlaas.translation.onnx;

import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import io.mlaas.api.translation.TranslationEvents;
import io.mlaas.api.translation.TranslationEvents.TranslationChanged;
import io.mlaas.kit.event.Outbox;
import io.mlaas.kit.observe.Correlation;
import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Translations from being asked for to their end; a change and its event commit together. */
@Component
class TranslationJobs {
    private static final String SOURCE = "/translation-service";
    private static final int RETRY_SECONDS = 5;
    /** Minutes, with half a minute between them: a server that is started again is back by then. */
    private static final int ATTEMPTS_WITHOUT_SERVERS = 12;

    private final JobRepository repository;
    private final Outbox outbox;
    private final TranslationProperties properties;

    TranslationJobs(JobRepository repository, Outbox outbox, TranslationProperties properties) {
        this.repository = repository;
        this.outbox = outbox;
        this.properties = properties;
    }

    /** @return the job that is under way afterwards: this one, or the same that was asked for before */
    @Transactional
    public TranslationJob queue(UUID id, Order order) {
        Optional<TranslationJob> live = repository.live(order);
        if (live.isPresent()) {
            return live.get();
        }
        int waiting = repository.waiting();
        if (waiting >= properties.queue()) {
            throw TranslationProblem.TRANSLATION_BUSY.retryAfter(
                    RETRY_SECONDS, "queue: " + waiting + " translations wait (expected: < " + properties.queue() + ")");
        }
        if (!repository.insert(id, order, Correlation.current())) {
            return repository
                    .live(order)
                    .or(() -> repository.done(order))
                    .orElseThrow(() ->
                            TranslationProblem.TRANSLATION_BUSY.retryAfter(1, "The same translation ended just now."));
        }
        return repository.find(id).orElseThrow();
    }

    /** The next one of the queue, and the news that it begins. */
    @Transactional
    public Optional<TranslationJob> take(Worker worker) {
        Optional<TranslationJob> taken = repository.take(worker).flatMap(repository::find);
        taken.filter(job -> job.attempts() == 1)
                .ifPresent(job -> tell(TranslationEvents.STARTED, job, null, null, null));
        return taken;
    }

    @Transactional
    public void done(TranslationJob job, Worker worker, UUID modelId, boolean created) {
        if (repository.done(job.id(), worker.id(), modelId, created)) {
            tell(TranslationEvents.SUCCEEDED, job, modelId, null, null);
        }
    }

    @Transactional
    public void failed(TranslationJob job, UUID worker, Problem problem, String detail) {
        if (repository.failed(job.id(), worker, problem.name(), detail)) {
            tell(isRefusal(problem) ? TranslationEvents.REFUSED : TranslationEvents.FAILED, job, null, problem, detail);
        }
    }

    /** Tries again what a server that is away or a death of this service broke off, but not for ever. */
    @Transactional
    public void brokeOff(TranslationJob job, UUID worker, Problem problem, String detail) {
        boolean surroundings = problem == PlatformProblem.UPSTREAM_UNAVAILABLE;
        if (job.attempts() >= (surroundings ? ATTEMPTS_WITHOUT_SERVERS : properties.attempts())) {
            failed(job, worker, problem, detail + "; given up after " + job.attempts() + " attempts");
            return;
        }
        Duration delay = properties.pollInterval().multipliedBy(1L << Math.min(5, job.attempts() - 1));
        repository.backToQueue(job.id(), worker, delay, detail);
    }

    /** What a life of this node that ended in the middle of it left, a model that ends the service among it. */
    @Transactional
    public void takeOver(Worker worker) {
        List<TranslationJob> left = repository.left(worker);
        for (TranslationJob job : left) {
            brokeOff(
                    job,
                    repository.workerOf(job.id()),
                    TranslationProblem.TRANSLATION_BROKE_OFF,
                    "The service ended while it was translating the model");
        }
    }

    /** Gives back what is not finished when the service ends as it should: that is nobody's failed attempt. */
    @Transactional
    public void release(Worker worker) {
        repository.release(worker);
    }

    /** Whether the model is to blame, or what we make of it: trying again changes nothing. */
    static boolean isRefusal(Problem problem) {
        return problem.category() == Problem.Category.CALLER || problem == TranslationProblem.TRANSLATION_DIFFERS;
    }

    private void tell(
            String type,
            TranslationJob job,
            @Nullable UUID modelId,
            @Nullable Problem problem,
            @Nullable String detail) {
        outbox.publish(
                Topics.TRANSLATION,
                CloudEvent.of(
                        SOURCE,
                        type,
                        job.sourceModelId(),
                        job.organizationId(),
                        new TranslationChanged(
                                job.id(),
                                job.sourceModelId(),
                                modelId,
                                Instant.now(),
                                problem == null ? null : problem.name(),
                                detail)));
    }
}
