package io.mlaas.monitoring.monitor;

import io.mlaas.kit.client.ServiceClients;
import io.mlaas.kit.client.ServicesProperties;
import io.mlaas.monitoring.rows.Rows;
import java.util.UUID;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

/** Reads datasets of the registry for a company, when no user is there: what the company may train on then. */
@Component
public class Datasets {
    private final RestClient files;

    Datasets(ServiceClients clients, ServicesProperties services) {
        this.files = clients.restClient(services.modelSharing());
    }

    /**
     * @param atOnce rows of a block
     * @throws org.springframework.web.client.RestClientException if the registry refuses, or cannot be asked
     * @throws io.mlaas.monitoring.rows.RowsRefusedException if it is no such CSV
     */
    public void read(Monitor monitor, UUID organization, DatasetColumns columns, int atOnce, Consumer<Rows> blocks) {
        files.get()
                .uri("/internal/dataset/{id}/content?organization_id={company}", columns.dataset(), organization)
                .exchangeForRequiredValue((request, response) -> {
                    if (response.getStatusCode().isError()) {
                        throw response.createException();
                    }
                    return new DatasetCsv(monitor.document().layout(), columns, "$.learner")
                            .read(response.getBody(), atOnce, blocks);
                });
    }
}
