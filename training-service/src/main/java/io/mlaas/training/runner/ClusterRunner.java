package io.mlaas.training.runner;

import java.io.IOException;
import java.util.Set;
import java.util.UUID;

/**
 * Runs programs where the service's directories are not: what a run reads is fetched there, and what it wrote is registered
 * from there, with the job's own credential.
 */
public non-sealed interface ClusterRunner extends JobRunner {

    /** How the registration of a run stands whose program ended with {@link RunState.Exited exit code} 0. */
    RegistrationState registration(Run run) throws IOException;

    /** The jobs that left something in the cluster. */
    Set<UUID> jobs() throws IOException;

    /** Removes what a job left in the cluster. */
    void remove(UUID jobId) throws IOException;
}
