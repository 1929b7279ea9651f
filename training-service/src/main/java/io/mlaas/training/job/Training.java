package io.mlaas.training.job;

import io.mlaas.training.runner.ClusterRunner;
import io.mlaas.training.runner.DirectoryRunner;
import io.mlaas.training.runner.JobRunner;
import io.mlaas.training.runner.Run;
import io.mlaas.training.runner.RunState;
import io.mlaas.training.runner.Runners;
import io.mlaas.training.workspace.JobLog;
import io.mlaas.training.workspace.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The second step: the run is started, or found again, and followed to its end. */
@Component
class Training {
    private static final Logger log = LoggerFactory.getLogger(Training.class);

    private final JobRepository repository;
    private final Preparation preparation;
    private final Runners runners;
    private final JobProperties properties;

    Training(JobRepository repository, Preparation preparation, Runners runners, JobProperties properties) {
        this.repository = repository;
        this.preparation = preparation;
        this.runners = runners;
        this.properties = properties;
    }

    /**
     * How a run ended.
     *
     * @param error why it failed, in the program's own words
     * @param elsewhere whether it ran in a cluster
     */
    record Ended(RunState state, @Nullable String error, boolean elsewhere) {}

    JobRunner runner(Job job) throws StepFailure {
        return runners.named(Objects.requireNonNull(job.runner()))
                .orElseThrow(
                        () -> StepFailure.ofPlatform("the runner " + job.runner() + " is not configured any more"));
    }

    Ended follow(Job job, Worker worker) throws StepFailure, IOException, InterruptedException {
        JobRunner runner = runner(job);
        Run run = preparation.run(job, job.runs());
        if (runner instanceof DirectoryRunner
                && !Files.isDirectory(run.workspace().input())) {
            throw StepFailure.ofPlatform("the job's directory is gone");
        }
        Teller teller = new Teller(job, worker, run);
        while (true) {
            RunState state = look(runner, run, repository.cancelled(job.id()));
            teller.tell(state);
            if (state.ended()) {
                return new Ended(state, teller.progress.error(), runner instanceof ClusterRunner);
            }
            Thread.sleep(properties.pollInterval());
        }
    }

    private static RunState look(JobRunner runner, Run run, boolean cancelled) throws IOException {
        try {
            if (cancelled) {
                runner.stop(run);
            } else {
                runner.start(run);
            }
            return runner.state(run);
        } catch (IOException e) {
            return switch (runner) {
                case DirectoryRunner _ -> throw e;
                case ClusterRunner _ -> {
                    // what runs there goes on meanwhile: a second run beside it would help nobody
                    log.warn("the cluster cannot be asked about run {} of job {} now", run.number(), run.jobId(), e);
                    yield new RunState.Waiting("waits for the cluster, which does not answer now", null);
                }
            };
        }
    }

    /** Keeps what people see of a run up to date. */
    private final class Teller {
        private final Job job;
        private final Worker worker;
        private final JobLog output;
        private final Progress progress = new Progress();
        private @Nullable String saved;
        private RunState.@Nullable Waiting waited;

        Teller(Job job, Worker worker, Run run) {
            this.job = job;
            this.worker = worker;
            this.output = new JobLog(run.workspace().log(), 0);
            this.saved = job.progress();
            this.waited = job.waiting() == null ? null : new RunState.Waiting(job.waiting(), job.queuePlace());
        }

        void tell(RunState state) throws IOException {
            for (List<String> lines = output.next(); !lines.isEmpty(); lines = output.next()) {
                lines.forEach(progress::accept);
            }
            String told = progress.json();
            if (told != null && !told.equals(saved)) {
                repository.progress(job.id(), worker, told);
                saved = told;
            }
            RunState.Waiting waits = state instanceof RunState.Waiting waiting ? waiting : null;
            if (!Objects.equals(waits, waited)) {
                repository.waiting(
                        job.id(), worker, waits == null ? null : waits.why(), waits == null ? null : waits.place());
                waited = waits;
            }
        }
    }
}
