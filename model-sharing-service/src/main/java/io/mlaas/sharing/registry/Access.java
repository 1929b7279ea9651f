package io.mlaas.sharing.registry;

import io.mlaas.kit.security.Caller;
import io.mlaas.sharing.credential.JobCredentials;
import io.mlaas.sharing.credential.JobGrant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Who may see what. Everything that looks up an asset for a caller goes through here, so that another company's asset
 * and a missing one are the same problem; grants between companies will be decided here too.
 */
@Component
class Access {
    private final DatasetRepository datasets;
    private final ModelRepository models;
    private final JobCredentials jobs;

    Access(DatasetRepository datasets, ModelRepository models, JobCredentials jobs) {
        this.datasets = datasets;
        this.models = models;
        this.jobs = jobs;
    }

    Dataset dataset(UUID id, Caller caller) {
        return findDataset(id, caller).orElseThrow(() -> RegistryProblem.UNKNOWN_DATASET.because("dataset_id: " + id));
    }

    Model model(UUID id, Caller caller) {
        return findModel(id, caller).orElseThrow(() -> RegistryProblem.UNKNOWN_MODEL.because("model_id: " + id));
    }

    Optional<Dataset> findDataset(UUID id, Caller caller) {
        return datasets.find(id).filter(dataset -> maySee(dataset, caller));
    }

    Optional<Model> findModel(UUID id, Caller caller) {
        return models.find(id).filter(model -> maySee(model, caller));
    }

    private boolean maySee(Dataset dataset, Caller caller) {
        if (caller.has(JobCredentials.ROLE)) {
            JobGrant grant = jobs.grant(caller);
            return !grant.consumed()
                    && models.find(grant.modelId())
                            .filter(model -> model.datasetId().equals(dataset.id()))
                            .isPresent();
        }
        return caller.isPlatform() || dataset.organizationId().equals(caller.organizationId());
    }

    private boolean maySee(Model model, Caller caller) {
        if (caller.has(JobCredentials.ROLE)) {
            JobGrant grant = jobs.grant(caller);
            return !grant.consumed() && grant.modelId().equals(model.id());
        }
        return caller.isPlatform() || model.organizationId().equals(caller.organizationId());
    }
}
