package io.mlaas.training.runner;

import java.io.IOException;
import java.util.Optional;

/**
 * Runs programs over the job's directory on this machine: the service fetches the inputs before the run, and registers the
 * output after it.
 */
public non-sealed interface DirectoryRunner extends JobRunner {

    /** Why it heeds no {@link Conditions}; nothing if it does. */
    default Optional<String> unobservant() throws IOException {
        return Optional.of("the runner " + name() + " neither sees nor pins what a program depends on");
    }

    /** What was seen of a run that ended. */
    default Observed observed(Run run) throws IOException {
        return unobservant().map(Observed::nothing).orElseThrow();
    }
}
