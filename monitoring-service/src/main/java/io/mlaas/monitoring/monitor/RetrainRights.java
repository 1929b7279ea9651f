package io.mlaas.monitoring.monitor;

import io.mlaas.api.sharing.ModelSharingApi;
import io.mlaas.kit.client.Refusal;
import io.mlaas.kit.client.ServiceClients;
import io.mlaas.kit.client.ServicesProperties;
import io.mlaas.monitoring.rows.RowsRefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

/**
 * Whether whoever sets actions may do themselves what is to be done later, when nobody's token is at hand: the other services
 * are asked with the rights of the user behind the request.
 */
@Component
class RetrainRights {
    private final ModelSharingApi registry;
    private final RestClient files;
    private final RestClient learners;

    RetrainRights(ServiceClients clients, ServicesProperties services) {
        this.registry = clients.create(ModelSharingApi.class, services.modelSharing());
        this.files = clients.restClient(services.modelSharing());
        this.learners = clients.restClient(services.onlineLearning());
    }

    /** @throws io.mlaas.kit.problem.ProblemException naming what may not be done */
    void require(MonitorDocument document) {
        Violations violations = new Violations();
        List<RetrainAction> actions = document.actions();
        for (int i = 0; i < actions.size(); i++) {
            String path = "$.actions[" + i + "].retrain.";
            switch (actions.get(i).retrain()) {
                case Retrain.LearnWindows learn -> learner(learn.learner(), path + "learner", violations);
                case Retrain.LearnDataset learn -> {
                    learner(learn.learner(), path + "learner", violations);
                    dataset(learn.columns(), document, path + "learner", violations);
                }
                case Retrain.Train training -> train(training, path + "training", violations);
            }
        }
        violations.refuse();
    }

    private void learner(String name, String path, Violations violations) {
        boolean there = learners.get().uri("/learners/{name}", name).exchangeForRequiredValue((request, response) -> {
            if (response.getStatusCode().isError() && !response.getStatusCode().is4xxClientError()) {
                throw response.createException();
            }
            return response.getStatusCode().is2xxSuccessful();
        });
        if (!there) {
            violations.add(path + ".name", name, "the name of a learner of your company");
        }
    }

    private void dataset(DatasetColumns columns, MonitorDocument document, String path, Violations violations) {
        String refused = files.get()
                .uri("/internal/dataset/{id}/content", columns.dataset())
                .exchangeForRequiredValue((request, response) -> {
                    if (response.getStatusCode().is4xxClientError()) {
                        return "of no dataset";
                    }
                    if (response.getStatusCode().isError()) {
                        throw response.createException();
                    }
                    return withoutColumns(response.getBody(), columns, document, path);
                });
        if (refused.equals("of no dataset")) {
            violations.add(
                    path + ".dataset_id", columns.dataset().toString(), "a dataset that your company may train on");
        } else if (!refused.isEmpty()) {
            throw MonitorProblem.MONITOR_REFUSED.because(refused);
        }
    }

    /** @return what is wrong with its header, or nothing */
    private static String withoutColumns(
            InputStream body, DatasetColumns columns, MonitorDocument document, String path) throws IOException {
        try {
            new DatasetCsv(document.layout(), columns, path).requireColumns(body);
            return "";
        } catch (RowsRefusedException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private void train(Retrain.Train training, String path, Violations violations) {
        try {
            registry.registerTraining(null, null, true, training.order(UUID.randomUUID()));
        } catch (HttpClientErrorException e) {
            violations.add(path, Refusal.of(e), "a training that you could ask for yourself");
        }
    }
}
