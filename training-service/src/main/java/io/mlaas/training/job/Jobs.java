package io.mlaas.training.job;

import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.api.training.TrainingEvents;
import io.mlaas.api.training.TrainingEvents.TrainingChanged;
import io.mlaas.kit.event.Inbox;
import io.mlaas.kit.event.Outbox;
import io.mlaas.training.job.JobRepository.Ending;
import io.mlaas.training.runner.FailureReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Every change of a job's state, together with the event that tells of it. */
@Component
class Jobs {
    private static final String SOURCE = "/training-service";

    private final JobRepository repository;
    private final Outbox outbox;
    private final Inbox inbox;

    Jobs(JobRepository repository, Outbox outbox, Inbox inbox) {
        this.repository = repository;
        this.outbox = outbox;
        this.inbox = inbox;
    }

    /** The registry asks for a training; it may ask more than once. */
    @Transactional
    boolean requested(UUID eventId, TrainingRequested order) {
        return inbox.firstTime(eventId) && queue(order).isPresent();
    }

    /** @return nothing if the model has a live job, or is trained */
    @Transactional
    Optional<Job> queue(TrainingRequested order) {
        UUID id = UUID.randomUUID();
        if (!repository.insert(id, order)) {
            return Optional.empty();
        }
        Job job = repository.find(id).orElseThrow();
        tell(TrainingEvents.QUEUED, job, null);
        return Optional.of(job);
    }

    @Transactional
    Optional<UUID> take(Worker worker, int capacity) {
        Optional<UUID> taken = repository.take(worker, capacity);
        taken.flatMap(repository::find).ifPresent(job -> tell(TrainingEvents.STARTED, job, null));
        return taken;
    }

    @Transactional
    boolean retry(Job job, Worker worker, Duration delay, String reason, @Nullable FailureReason failure) {
        check(job, JobState.QUEUED);
        boolean done = repository.backToQueue(job.id(), worker, job.state(), delay, reason, failure);
        if (done) {
            tell(TrainingEvents.QUEUED, job, reason);
        }
        return done;
    }

    @Transactional
    boolean end(Job job, Worker worker, JobState to, Ending ending) {
        check(job, to);
        boolean done = repository.end(job.id(), worker, job.state(), to, ending);
        if (done) {
            tell(
                    switch (to) {
                        case SUCCEEDED -> TrainingEvents.SUCCEEDED;
                        case FAILED -> TrainingEvents.FAILED;
                        case CANCELLED -> TrainingEvents.CANCELLED;
                        case QUEUED, PREPARING, TRAINING, REGISTERING ->
                            throw new IllegalArgumentException("to: " + to + " (expected: a state that ends a job)");
                    },
                    job,
                    ending.reason());
        }
        return done;
    }

    /**
     * Ends a job that waits; has a running one ended by its worker.
     *
     * @return the job as it is after that, or nothing if this organization has none of this model
     */
    @Transactional
    Optional<Job> cancel(UUID modelId, UUID organizationId, String by) {
        Optional<Job> found = repository.latest(modelId, organizationId);
        if (found.isEmpty()) {
            return found;
        }
        Job job = found.get();
        if (repository.cancelQueued(job.id(), by)) {
            tell(TrainingEvents.CANCELLED, job, "cancelled by " + by);
        } else if (!repository.cancelRunning(job.id(), by)) {
            Job now = repository.find(job.id()).orElseThrow();
            throw now.state() == JobState.REGISTERING
                    ? TrainingProblem.TRAINING_BEYOND_RECALL.because("The training of model " + modelId + " is done.")
                    : TrainingProblem.TRAINING_OVER.because("The training of model " + modelId + " is " + now.state()
                            + " (expected: QUEUED, PREPARING or TRAINING)");
        }
        return repository.find(job.id());
    }

    private static void check(Job job, JobState to) {
        if (!job.state().may(to)) {
            throw new IllegalStateException("state: " + job.state() + " → " + to + " (expected: → "
                    + job.state().next() + ")");
        }
    }

    private void tell(String type, Job job, @Nullable String reason) {
        if (job.trial() != null) {
            // the model is trained, whatever comes of running it again
            return;
        }
        outbox.publish(
                Topics.TRAINING,
                CloudEvent.of(
                        SOURCE,
                        type,
                        job.modelId(),
                        job.organizationId(),
                        new TrainingChanged(job.id(), job.modelId(), Instant.now(), reason)));
    }
}
