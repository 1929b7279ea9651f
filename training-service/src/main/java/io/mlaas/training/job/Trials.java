package io.mlaas.training.job;

import io.mlaas.api.sharing.ReproductionVerdict.Difference;
import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.training.runner.Conditions;
import io.mlaas.training.runner.Observed;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Trainings that are run again: jobs like all others, in the same queue and with the same capacity, whose result is compared
 * with the registered one. Nobody is told of them, and nothing of them is registered.
 */
@Component
public class Trials {
    private final TrialRepository trials;
    private final JobRepository jobs;
    private final Dispatcher dispatcher;

    Trials(TrialRepository trials, JobRepository jobs, Dispatcher dispatcher) {
        this.trials = trials;
        this.jobs = jobs;
        this.dispatcher = dispatcher;
    }

    /**
     * How a run stands, or what came of it.
     *
     * @param queuePlace 1 is next; only while it waits
     * @param sha256 of its result, once there is one
     * @param reason why there is none, for people
     * @param progress latest words of the program about itself, as JSON; {@code metrics} likewise
     * @param difference from the registered result, if they are not equal
     * @param observed what was seen of it, once it is over
     */
    public record Made(
            int number,
            Conditions conditions,
            String state,
            boolean ended,
            @Nullable Integer queuePlace,
            @Nullable String runner,
            @Nullable String sha256,
            @Nullable Long sizeBytes,
            @Nullable String reason,
            @Nullable String progress,
            @Nullable String metrics,
            @Nullable Difference difference,
            @Nullable Observed observed) {

        /** Whether there is a result, of whatever bytes. */
        public boolean succeeded() {
            return sha256 != null;
        }
    }

    /** Repeated for the same trial, it changes nothing. */
    public void queue(TrainingRequested order, Trial trial) {
        trials.insert(UUID.randomUUID(), order, trial);
        dispatcher.wake();
    }

    /** In the order in which they were made. */
    public List<Made> of(UUID reproductionId) {
        return trials.of(reproductionId);
    }

    /** What the run measured that made the model's result, as JSON; null if it was not made by this service. */
    public @Nullable String registeredMetrics(UUID modelId) {
        return trials.registeredMetrics(modelId);
    }

    /** Ends what runs and what waits. */
    public void cancel(UUID reproductionId, String by) {
        for (UUID job : trials.live(reproductionId)) {
            if (!jobs.cancelQueued(job, by)) {
                jobs.cancelRunning(job, by);
            }
        }
        dispatcher.wake();
    }
}
