package io.mlaas.training.cluster;

import io.mlaas.api.sharing.ModelSharingApi.JobCredential;
import io.mlaas.training.cluster.model.TrainingJobSpec;
import io.mlaas.training.registry.Registry;
import io.mlaas.training.registry.RegistryException;
import java.time.Duration;
import java.util.UUID;

/** The registry's job credentials: they open this job's inputs and take this model's result, and nothing else. */
class RegistryCredentials implements Credentials {
    private final Registry registry;

    RegistryCredentials(Registry registry) {
        this.registry = registry;
    }

    @Override
    public Answer issue(TrainingJobSpec spec, Duration validity) {
        try {
            JobCredential credential =
                    registry.credential(UUID.fromString(spec.modelId()), UUID.fromString(spec.jobId()), validity);
            return new Answer.Issued(credential.token(), credential.expiresAt());
        } catch (RegistryException e) {
            return switch (e.kind()) {
                case REFUSED -> new Answer.Refused(e.getMessage());
                case UNAVAILABLE -> new Answer.Unavailable(e.getMessage());
            };
        }
    }
}
