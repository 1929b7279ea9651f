package io.mlaas.training.job;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.mlaas.api.sharing.TrainingRecord;
import io.mlaas.api.training.TrainingApi.TrainImage;
import io.mlaas.training.job.JobRepository.Ending;
import io.mlaas.training.runner.ClusterRunner;
import io.mlaas.training.runner.FailureReason;
import io.mlaas.training.runner.JobRunner;
import io.mlaas.training.runner.RunState;
import io.mlaas.training.workspace.JobLog;
import io.mlaas.training.workspace.Metrics;
import io.mlaas.training.workspace.Progress;
import io.mlaas.training.workspace.Workspace;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Takes one job from the state in which it is found to its end. Every step may be repeated: the service can die anywhere in
 * between, and whoever comes next begins at the state that was last committed.
 */
@Component
class JobWork {
    private static final Logger log = LoggerFactory.getLogger(JobWork.class);
    private static final int TAIL_LINES = 50;
    private static final int TAIL_BYTES = 16 * 1024;
    private static final int SIGNALLED = 128;

    private final Jobs jobs;
    private final JobRepository repository;
    private final Preparation preparation;
    private final Training training;
    private final Registration registration;
    private final RunRecords records;
    private final Comparing comparing;
    private final TrialRepository trials;
    private final JobProperties properties;
    private final MeterRegistry meters;

    JobWork(
            Jobs jobs,
            JobRepository repository,
            Preparation preparation,
            Training training,
            Registration registration,
            RunRecords records,
            Comparing comparing,
            TrialRepository trials,
            JobProperties properties,
            MeterRegistry meters) {
        this.jobs = jobs;
        this.repository = repository;
        this.preparation = preparation;
        this.training = training;
        this.registration = registration;
        this.records = records;
        this.comparing = comparing;
        this.trials = trials;
        this.properties = properties;
        this.meters = meters;
    }

    /**
     * @param leaving whether this life of the service ends: then nothing more is written, and the job waits for the next
     * @throws InterruptedException when it is time to leave
     */
    void run(UUID id, Worker worker, BooleanSupplier leaving) throws InterruptedException {
        for (Optional<Job> job = repository.mine(id, worker); job.isPresent(); job = repository.mine(id, worker)) {
            step(job.get(), worker, leaving);
        }
    }

    private void step(Job job, Worker worker, BooleanSupplier leaving) throws InterruptedException {
        try {
            switch (job.state()) {
                case PREPARING -> prepare(job, worker);
                case TRAINING -> train(job, worker);
                case REGISTERING -> register(job, worker);
                case QUEUED, SUCCEEDED, FAILED, CANCELLED ->
                    throw new IllegalStateException("state: " + job.state() + " (expected: one that is worked on)");
            }
        } catch (StepFailure e) {
            failed(job, worker, e, leaving);
        } catch (IOException e) {
            failed(job, worker, StepFailure.of(e), leaving);
        }
    }

    private void prepare(Job job, Worker worker) throws StepFailure, IOException {
        if (job.cancelled()) {
            cancelled(job, worker);
            return;
        }
        TrainImage image = preparation.prepare(job, () -> repository.cancelled(job.id()));
        preparation
                .workspace(job)
                .note(Progress.runLine(job.runs() + 1, image.reference()) + ", sha256 " + image.sha256());
        JobRunner runner = preparation.runner(image);
        repository.startTraining(
                job.id(),
                worker,
                image.runner(),
                runner instanceof ClusterRunner,
                runner.facts(preparation.run(job, job.runs() + 1)));
    }

    private void train(Job job, Worker worker) throws StepFailure, IOException, InterruptedException {
        Training.Ended ended = training.follow(job, worker);
        boolean cancelled = repository.cancelled(job.id());
        if (ended.elsewhere() && registration.isBeyondRecall(job, ended.state())) {
            repository.startRegistering(job.id(), worker, 0, null, true);
            return;
        }
        if (cancelled) {
            cancelled(job, worker);
            return;
        }
        switch (ended.state()) {
            case RunState.Exited exited -> exited(job, worker, exited.code(), ended.error());
            case RunState.TimedOut _ ->
                throw StepFailure.ofJob(
                        FailureReason.DEADLINE_EXCEEDED,
                        "the program ran longer than "
                                + inWords(preparation.run(job, job.runs()).timeout())
                                + " and was ended (mlaas.training.timeout)");
            // it was stopped for a cancellation that the database does not know: somebody did it by hand
            case RunState.Stopped _ -> cancelled(job, worker);
            case RunState.Vanished _ ->
                throw againUnlessTooOften(job, null, "the program disappeared without an exit code");
            case RunState.Failed failed -> {
                String why = ended.error() == null ? failed.message() : ended.error() + " (" + failed.message() + ")";
                throw failed.reason().passes()
                        ? againUnlessTooOften(job, failed.reason(), why)
                        : StepFailure.ofJob(failed.reason(), why);
            }
            case RunState.Waiting _, RunState.Running _ ->
                throw new IllegalStateException("run: " + ended.state() + " (expected: one that ended)");
        }
    }

    private StepFailure againUnlessTooOften(Job job, @Nullable FailureReason reason, String why) {
        return job.runs() < properties.retry().runs()
                ? StepFailure.ofPlatform(reason, why)
                : StepFailure.ofJob(reason, why + ", " + job.runs() + " times");
    }

    private void exited(Job job, Worker worker, int code, @Nullable String error) throws IOException {
        if (code == 0) {
            repository.startRegistering(
                    job.id(),
                    worker,
                    code,
                    Metrics.read(preparation.workspace(job).output(), line -> note(job, line)),
                    false);
            return;
        }
        if (job.trial() != null) {
            // what a program wanted to read, and was kept from, may be why it failed
            trials.compared(job.id(), worker, null, comparing.observed(job.trial(), preparation.run(job, job.runs())));
        }
        String reason = error == null ? inWords(code) : error;
        end(job, worker, JobState.FAILED, ending(job, reason, FailureReason.PROGRAM_FAILED, code));
    }

    private void register(Job job, Worker worker) throws StepFailure, IOException, InterruptedException {
        if (job.trial() != null) {
            compare(job, job.trial(), worker);
            return;
        }
        Workspace workspace = preparation.workspace(job);
        Registration.Registered registered =
                registration.register(job, preparation.run(job, job.runs()), training.runner(job));
        Job.Outcome result = registered.result();
        TrainingRecord record = job.record();
        if (record == null) {
            workspace.note("registered " + result.fileName() + ": sha256 " + result.sha256());
            String metrics = registered.metrics() == null ? job.metrics() : registered.metrics();
            record = records.compose(job, result, metrics, workspace);
        }
        Optional<TrainingRecord> told = repository.record(job.id(), worker, record);
        if (told.isPresent()) {
            records.tell(told.get());
            end(
                    job,
                    worker,
                    JobState.SUCCEEDED,
                    new Ending(null, null, tail(workspace), result, null, registered.metrics()));
        }
    }

    private void compare(Job job, Trial trial, Worker worker) throws StepFailure, IOException, InterruptedException {
        Comparing.Compared compared =
                comparing.compare(job, trial, preparation.run(job, job.runs()), training.runner(job));
        if (trials.compared(job.id(), worker, compared.difference(), compared.observed())) {
            Workspace workspace = preparation.workspace(job);
            end(
                    job,
                    worker,
                    JobState.SUCCEEDED,
                    new Ending(null, null, tail(workspace), compared.result(), null, compared.metrics()));
        }
    }

    private void failed(Job job, Worker worker, StepFailure failure, BooleanSupplier leaving)
            throws InterruptedException {
        if (leaving.getAsBoolean()) {
            throw new InterruptedException("the service ends");
        }
        if (job.state() != JobState.REGISTERING && repository.cancelled(job.id())) {
            cancelled(job, worker);
            return;
        }
        int failures = job.failures() + 1;
        boolean registering = job.state() == JobState.REGISTERING;
        int limit = registering
                ? properties.retry().registrationLimit()
                : properties.retry().limit();
        boolean again = failure.kind() == StepFailure.Kind.INFRASTRUCTURE && failures < limit;
        String reason = failure.kind() == StepFailure.Kind.INFRASTRUCTURE && !again
                ? failure.getMessage() + "; given up after " + failures + " attempts"
                : failure.getMessage();
        log.warn("job {} of model {} failed while {}: {}", job.id(), job.modelId(), job.state(), reason, failure);
        if (!again) {
            end(job, worker, JobState.FAILED, ending(job, reason, failure.reason(), null));
            return;
        }
        Duration delay = properties.retry().delay(failures);
        if (!registering || repository.find(job.id()).map(Job::record).isEmpty()) {
            // the log is as its digest says that it is, once it has been told
            note(job, reason + "; tried again in " + inWords(delay));
        }
        if (registering) {
            repository.countFailure(job.id(), worker, reason);
            Thread.sleep(delay);
        } else {
            jobs.retry(job, worker, delay, reason, failure.reason());
        }
    }

    private void cancelled(Job job, Worker worker) {
        String reason = repository.find(job.id()).map(Job::reason).orElse(null);
        end(job, worker, JobState.CANCELLED, ending(job, reason == null ? "cancelled" : reason, null, null));
    }

    /** An end that is no success. */
    private Ending ending(Job job, String reason, @Nullable FailureReason failure, @Nullable Integer exitCode) {
        note(job, reason);
        return new Ending(reason, exitCode, tail(preparation.workspace(job)), null, failure, null);
    }

    private void end(Job job, Worker worker, JobState to, Ending ending) {
        Workspace workspace = preparation.workspace(job);
        if (jobs.end(job, worker, to, ending)) {
            log.info("job {} of model {}: {}", job.id(), job.modelId(), to);
            measure(job, to);
            try {
                workspace.clean();
            } catch (IOException e) {
                log.warn("the directory of job {} is cleaned later", job.id(), e);
            }
        }
    }

    private void measure(Job job, JobState to) {
        Instant started = job.startedAt();
        Timer.builder("mlaas.training.duration")
                .description("From the start of a training to its end")
                .tag("organization", job.organizationId().toString())
                .tag("outcome", to.name().toLowerCase(Locale.ROOT))
                .register(meters)
                .record(started == null ? Duration.ZERO : Duration.between(started, Instant.now()));
    }

    private void note(Job job, String line) {
        try {
            preparation.workspace(job).note(line);
        } catch (IOException e) {
            log.warn("the log of job {} cannot be written", job.id(), e);
        }
    }

    private static @Nullable String tail(Workspace workspace) {
        try {
            // PostgreSQL's text takes every character but NUL
            return String.join("\n", JobLog.tail(workspace.log(), TAIL_LINES, TAIL_BYTES))
                    .replace("\0", "");
        } catch (IOException e) {
            log.warn("the log at {} cannot be read", workspace.log(), e);
            return null;
        }
    }

    private static String inWords(int code) {
        String exit = "the program ended with exit code " + code;
        return switch (code - SIGNALLED) {
            case 9 -> exit + ": killed, probably for lack of memory";
            case 11 -> exit + ": it crashed (segmentation fault)";
            case 24 -> exit + ": its limit of CPU time was reached";
            case 25 -> exit + ": its limit of file size was reached";
            default -> exit;
        };
    }

    private static String inWords(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
