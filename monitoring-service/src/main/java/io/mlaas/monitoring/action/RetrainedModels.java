package io.mlaas.monitoring.action;

import io.mlaas.api.sharing.ModelSharingApi;
import io.mlaas.api.sharing.ModelStatus;
import io.mlaas.kit.client.ServiceClients;
import io.mlaas.kit.client.ServicesProperties;
import io.mlaas.monitoring.monitor.Retrain;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import tools.jackson.databind.json.JsonMapper;

/** Has models registered and trained, and asks what became of that. */
@Component
class RetrainedModels {
    private final ModelSharingApi registry;
    private final JsonMapper json;

    RetrainedModels(ServiceClients clients, ServicesProperties services, JsonMapper json) {
        this.registry = clients.create(ModelSharingApi.class, services.modelSharing());
        this.json = json;
    }

    /** The model has the retraining's id: asked again the registry answers the same one. */
    RetrainingStep register(RetrainingRepository.Due due, Retrain.Train training) {
        UUID id = due.retraining().id();
        return new RetrainingStep.Trains(json.valueToTree(
                registry.registerTraining(due.organization(), due.requestedBy(), false, training.order(id))));
    }

    RetrainingStep follow(RetrainingRepository.Due due) {
        ModelStatus model;
        try {
            model = registry.modelStatus(due.retraining().id());
        } catch (HttpClientErrorException.Gone | HttpClientErrorException.NotFound e) {
            return new RetrainingStep.Ended(Retraining.State.FAILED, "the model was deleted", null);
        }
        String reason = model.reason();
        return switch (model.status()) {
            case "TRAINED" -> new RetrainingStep.Ended(Retraining.State.SUCCEEDED, null, json.valueToTree(model));
            case "FAILED", "CANCELLED", "QUARANTINED" ->
                new RetrainingStep.Ended(
                        Retraining.State.FAILED,
                        model.status() + (reason == null ? "" : ": " + reason),
                        json.valueToTree(model));
            default -> new RetrainingStep.NotYet("the model is " + model.status());
        };
    }
}
