package io.mlaas.training.cluster;

import io.mlaas.api.sharing.ModelSharingApi.JobCredential;
import io.mlaas.training.cluster.model.TrainingJobSpec;
import io.mlaas.training.registry.Registry;
import io.mlaas.training.registry.RegistryException;
import java.time.Duration;
import java.util.UUID;

/**
 * The registry's job credentials: they open this job's inputs and take this model's result, and nothing else; those of a
 * training that is only compared take nothing.
 */
class RegistryCredentials implements Credentials {
    private final Registry registry;

    RegistryCredentials(Registry registry) {
        this.registry = registry;
    }

    @Override
    public Answer issue(TrainingJobSpec spec, Duration validity) {
        try {
            UUID model = UUID.fromString(spec.modelId());
            UUID job = UUID.fromString(spec.jobId());
            JobCredential credential = spec.compareOnly()
                    ? registry.readingCredential(model, job, validity)
                    : registry.credential(model, job, validity);
            return new Answer.Issued(credential.token(), credential.expiresAt());
        } catch (RegistryException e) {
            return switch (e.kind()) {
                case REFUSED -> new Answer.Refused(e.getMessage());
                case UNAVAILABLE -> new Answer.Unavailable(e.getMessage());
            };
        }
    }
}
