package io.mlaas.training.runner;

import io.mlaas.api.training.TrainingApi.TrainImage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A place where jobs run. A runner keeps nothing in memory that it needs later: all is found again from the {@link Run}, so
 * that a job outlives the service. Every implementation passes {@code JobRunnerContract}. What a program reads and writes is
 * either in the job's directory here ({@link DirectoryRunner}), or the runner's own affair ({@link ClusterRunner}); its log
 * is in the job's directory in any case.
 */
public sealed interface JobRunner permits DirectoryRunner, ClusterRunner {

    /** Short and stable: it is stored with each job. */
    String name();

    /** The image behind a reference, or nothing if this runner does not know it. */
    Optional<TrainImage> image(String reference);

    /** The references that this runner knows, for people. */
    List<String> references();

    /** What is known of a run before it begins. */
    RunFacts facts(Run run) throws IOException;

    /**
     * Starts the program, once: repeated for the same run, it changes nothing.
     *
     * @throws IOException if it cannot be started here and now; trying again later may help
     */
    void start(Run run) throws IOException;

    /** How the run stands; ends it if its time is over. */
    RunState state(Run run) throws IOException;

    /**
     * Ends the program and everything that it started; returns when nothing of it is left. Harmless if it has ended: a run
     * that is asked to stop may have ended in another way.
     */
    void stop(Run run) throws IOException;
}
