package io.mlaas.sharing.registry;

import io.mlaas.kit.problem.ProblemException;
import io.mlaas.kit.security.Caller;
import io.mlaas.sharing.credential.JobCredentials;
import io.mlaas.sharing.credential.JobGrant;
import io.mlaas.sharing.grant.Grants;
import io.mlaas.sharing.grant.Permission;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Who may see, use and change what. Everything that looks up an asset for a caller goes through here, so that another
 * company's asset and a missing one are the same problem. A grant, whatever it allows, lets its company see the asset.
 */
@Component
class Access {
    private static final Set<Permission> EVERYTHING = EnumSet.allOf(Permission.class);
    private static final Set<Permission> NOTHING = EnumSet.noneOf(Permission.class);

    private final DatasetRepository datasets;
    private final ModelRepository models;
    private final JobCredentials jobs;
    private final Grants grants;

    Access(DatasetRepository datasets, ModelRepository models, JobCredentials jobs, Grants grants) {
        this.datasets = datasets;
        this.models = models;
        this.jobs = jobs;
        this.grants = grants;
    }

    /** To see it. */
    Dataset dataset(UUID id, Caller caller) {
        Dataset dataset = findDataset(id, caller).orElseThrow(() -> unknownDataset(id));
        dataset.requireThere();
        return dataset;
    }

    /** To see it. */
    Model model(UUID id, Caller caller) {
        Model model = findModel(id, caller).orElseThrow(() -> unknownModel(id));
        model.requireThere();
        return model;
    }

    Dataset dataset(UUID id, Caller caller, Permission wanted) {
        Dataset dataset = dataset(id, caller);
        require(wanted, granted(dataset, caller), "dataset_id: " + id);
        return dataset;
    }

    Model model(UUID id, Caller caller, Permission wanted) {
        Model model = model(id, caller);
        require(wanted, granted(model, caller), "model_id: " + id);
        return model;
    }

    /** To change it or to share it. */
    Dataset ownDataset(UUID id, Caller caller) {
        Dataset dataset = dataset(id, caller);
        requireOwner(dataset.organizationId(), caller, "dataset_id: " + id);
        return dataset;
    }

    /** To change it or to share it. */
    Model ownModel(UUID id, Caller caller) {
        Model model = model(id, caller);
        requireOwner(model.organizationId(), caller, "model_id: " + id);
        return model;
    }

    /** To read what the chain says of it, also when it was deleted. */
    Dataset recordedDataset(UUID id, Caller caller) {
        return findDataset(id, caller).orElseThrow(() -> unknownDataset(id));
    }

    /** To read what the chain says of it, also when it was deleted. */
    Model recordedModel(UUID id, Caller caller) {
        return findModel(id, caller).orElseThrow(() -> unknownModel(id));
    }

    /** Also one that was deleted. */
    Optional<Dataset> findDataset(UUID id, Caller caller) {
        return datasets.find(id).filter(dataset -> !granted(dataset, caller).isEmpty());
    }

    /** Also one that was deleted. */
    Optional<Model> findModel(UUID id, Caller caller) {
        return models.find(id).filter(model -> !granted(model, caller).isEmpty());
    }

    /** Whether a company may have models trained on a dataset. */
    boolean mayTrain(UUID organizationId, Dataset dataset) {
        return dataset.organizationId().equals(organizationId)
                || grants.onDataset(dataset.id(), organizationId).contains(Permission.TRAIN);
    }

    private Set<Permission> granted(Dataset dataset, Caller caller) {
        if (caller.has(JobCredentials.ROLE)) {
            JobGrant grant = jobs.grant(caller);
            boolean input = !grant.consumed()
                    && models.find(grant.modelId())
                            .filter(model -> dataset.id().equals(model.datasetId()))
                            .isPresent();
            return input ? EVERYTHING : NOTHING;
        }
        if (caller.isPlatform() || dataset.organizationId().equals(caller.organizationId())) {
            return EVERYTHING;
        }
        return grants.onDataset(dataset.id(), caller.organizationId());
    }

    Set<Permission> granted(Model model, Caller caller) {
        if (caller.has(JobCredentials.ROLE)) {
            JobGrant grant = jobs.grant(caller);
            return !grant.consumed() && grant.modelId().equals(model.id()) ? EVERYTHING : NOTHING;
        }
        if (caller.isPlatform() || model.organizationId().equals(caller.organizationId())) {
            return EVERYTHING;
        }
        return grants.onModel(model.id(), caller.organizationId());
    }

    private static void require(Permission wanted, Set<Permission> granted, String asset) {
        if (!granted.contains(wanted)) {
            throw RegistryProblem.NOT_GRANTED.because("%s: granted to your company for %s (expected: %s)"
                    .formatted(asset, words(granted), words(EnumSet.of(wanted))));
        }
    }

    private static String words(Set<Permission> permissions) {
        return String.join(
                ", ",
                permissions.stream()
                        .sorted()
                        .map(permission -> permission.name().toLowerCase(Locale.ROOT))
                        .toList());
    }

    private static void requireOwner(UUID owner, Caller caller, String asset) {
        if (!caller.isPlatform() && !owner.equals(caller.organizationId())) {
            throw RegistryProblem.NOT_GRANTED.because(asset + ": another company's (expected: your own)");
        }
    }

    private static ProblemException unknownDataset(UUID id) {
        return RegistryProblem.UNKNOWN_DATASET.because("dataset_id: " + id);
    }

    private static ProblemException unknownModel(UUID id) {
        return RegistryProblem.UNKNOWN_MODEL.because("model_id: " + id);
    }
}
