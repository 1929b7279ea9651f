package io.mlaas.ppfl.job;

import io.mlaas.api.sharing.ModelSharingApi;
import io.mlaas.api.sharing.NewTraining;
import io.mlaas.federated.plan.Plan;
import io.mlaas.kit.client.Refusal;
import io.mlaas.kit.client.ServiceClients;
import io.mlaas.kit.client.ServicesProperties;
import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.Violations;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import tools.jackson.databind.JsonNode;

/** Models that are to be trained, as the registry is asked for them; and whether whoever is at hand may ask for one. */
@Component
class TrainingRights {
    private static final String FILE = "plan.json";

    private final ModelSharingApi registry;
    private final JobProperties properties;

    TrainingRights(ServiceClients clients, ServicesProperties services, JobProperties properties) {
        this.registry = clients.create(ModelSharingApi.class, services.modelSharing());
        this.properties = properties;
    }

    /** The dataset that the plan names, if it names one. */
    static @Nullable UUID dataset(Federation federation) {
        JsonNode named = federation.plan().path("data").path("dataset_id");
        if (named.isMissingNode() || named.isNull()) {
            return null;
        }
        return UUID.fromString(named.stringValue());
    }

    /** The model has the federation's id: asked again the registry answers the same one. */
    NewTraining training(Federation federation, UUID dataset) {
        JsonNode seed = federation.plan().path("seed");
        return new NewTraining(
                federation.id(),
                null,
                federation.name(),
                dataset,
                properties.images().get(federation.engine()),
                seed.isNumber() ? Map.of("seed", seed.longValue()) : Map.of(),
                new NewTraining.Definition(FILE, Plan.of(federation.plan()).json()));
    }

    /** The company that a dataset is of, which the user behind the request may see. */
    UUID ownerOf(UUID dataset) {
        return registry.datasetStatus(dataset).organizationId();
    }

    /** @throws io.mlaas.kit.problem.ProblemException naming what the user behind the request may not do */
    void require(Federation federation, UUID dataset) {
        try {
            registry.registerTraining(null, null, true, training(federation, dataset));
        } catch (HttpClientErrorException e) {
            HttpHeaders headers = e.getResponseHeaders();
            if (headers != null && headers.containsHeader(HttpHeaders.RETRY_AFTER)) {
                // the dataset is not on the chain yet: the work that follows waits for that
                return;
            }
            String refusal = Refusal.of(e);
            Violations violations = new Violations();
            if (refusal.contains("TRAIN_IMAGE")) {
                violations.add(
                        "$.engine",
                        federation.engine(),
                        "one that is installed; %s is not: ./mlaas frameworks %s, or an image of that reference"
                                .formatted(properties.images().get(federation.engine()), federation.engine()));
            } else {
                violations.add(
                        "$.data.dataset_id", dataset + ", " + refusal, "a dataset that your company may train on");
            }
            violations.refuse();
        }
    }
}
