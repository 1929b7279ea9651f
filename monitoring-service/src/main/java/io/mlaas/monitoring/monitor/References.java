package io.mlaas.monitoring.monitor;

import io.mlaas.api.sharing.DatasetStatus;
import io.mlaas.api.sharing.ModelSharingApi;
import io.mlaas.kit.client.ServiceClients;
import io.mlaas.kit.client.ServicesProperties;
import io.mlaas.monitoring.rows.JsonTape;
import io.mlaas.monitoring.rows.Layout;
import io.mlaas.monitoring.rows.ObservationReader;
import io.mlaas.monitoring.rows.RowBlock;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.monitoring.rows.RowsBuilder;
import io.mlaas.monitoring.rows.RowsRefusedException;
import io.mlaas.monitoring.rows.Sample;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads references: rows of the request, or a dataset of the registry with the rights of whoever asks. */
@Component
class References {
    private static final String PATH = "$.reference";
    private static final String DATASET = "dataset_id";
    private static final int AT_ONCE = 10_000;

    private final ModelSharingApi api;
    private final RestClient files;
    private final MonitoringProperties properties;

    References(ServiceClients clients, ServicesProperties services, MonitoringProperties properties) {
        this.api = clients.create(ModelSharingApi.class, services.modelSharing());
        this.files = clients.restClient(services.modelSharing());
        this.properties = properties;
    }

    /** Whether the document names a reference that can be read; what is wrong is added to the violations. */
    @Nullable
    DatasetColumns check(JsonNode document, MonitorDocument monitor, Violations violations) {
        JsonNode reference = document.path("reference");
        if (reference.has("instances")) {
            return null;
        }
        Fields fields = new Fields(reference, PATH, violations);
        if (reference.isObject() && !fields.has(DATASET)) {
            fields.wrong(DATASET, "the id of a dataset, or instances");
        }
        UUID dataset = fields.uuid(DATASET);
        DatasetColumns columns = DatasetColumns.read(fields, monitor.layout());
        fields.done();
        return dataset == null ? null : columns.of(dataset);
    }

    Reference read(JsonNode document, MonitorDocument monitor, @Nullable DatasetColumns dataset) {
        return dataset == null ? inline(document.path("reference"), monitor.layout()) : read(dataset, monitor.layout());
    }

    private Reference inline(JsonNode given, Layout layout) {
        RowsBuilder rows = new RowsBuilder(layout);
        try {
            JsonTape tape = new JsonTape();
            tape.read(given.toString().getBytes(StandardCharsets.UTF_8));
            new ObservationReader(layout).read(tape, JsonTape.ROOT, "reference", 0, 1, PATH, rows);
        } catch (RowsRefusedException e) {
            throw MonitorProblem.REFERENCE_REFUSED.because(String.valueOf(e.getMessage()), e);
        }
        ObjectNode source = JsonNodeFactory.instance.objectNode().put("kind", "inline");
        Sample sample = new Sample(layout, properties.referenceRows(layout));
        sample.add(rows.build(), true);
        return reference(source, sample, rows.size());
    }

    private Reference read(DatasetColumns columns, Layout layout) {
        UUID id = columns.dataset();
        DatasetStatus status = status(id);
        if (!status.status().equals("REGISTERED")) {
            throw refused(id, status.status() + " (expected: REGISTERED)");
        }
        long most = properties.referenceSize().toBytes();
        if (status.sizeBytes() > most) {
            throw refused(
                    id,
                    status.sizeBytes() + " bytes (expected: at most " + most
                            + ", the service's mlaas.monitoring.reference-size)");
        }
        Sample sample = new Sample(layout, properties.referenceRows(layout));
        long rows = files.get().uri("/dataset/{id}", id).exchangeForRequiredValue((request, response) -> {
            if (response.getStatusCode().is4xxClientError()) {
                throw refused(
                        id,
                        "not delivered by the registry, which answers "
                                + response.getStatusCode().value() + " (expected: one that your company may read)");
            }
            if (response.getStatusCode().isError()) {
                throw response.createException();
            }
            return rows(response.getBody(), columns, layout, sample);
        });
        ObjectNode source = JsonNodeFactory.instance
                .objectNode()
                .put("kind", "dataset")
                .put(DATASET, id.toString())
                .put("sha256", status.sha256())
                .put("file_name", status.fileName());
        return reference(source, sample, rows);
    }

    private static long rows(InputStream body, DatasetColumns columns, Layout layout, Sample sample)
            throws IOException {
        try {
            return new DatasetCsv(layout, columns, PATH).read(body, AT_ONCE, block -> sample.add(block, true));
        } catch (RowsRefusedException e) {
            throw MonitorProblem.REFERENCE_REFUSED.because(String.valueOf(e.getMessage()), e);
        }
    }

    private static Reference reference(ObjectNode source, Sample sample, long count) {
        Rows rows = sample.rows();
        if (rows.size() == 0) {
            throw MonitorProblem.REFERENCE_REFUSED.because(PATH + ": 0 rows (expected: at least 1)");
        }
        source.put("rows", count);
        source.put("sample", rows.size());
        return new Reference(source, count, RowBlock.write(rows));
    }

    private DatasetStatus status(UUID id) {
        try {
            return api.datasetStatus(id);
        } catch (HttpClientErrorException.NotFound | HttpClientErrorException.Gone e) {
            throw MonitorProblem.REFERENCE_REFUSED.because(
                    PATH + "." + DATASET + ": " + id + " is unknown (expected: a dataset of your company)", e);
        }
    }

    private static RuntimeException refused(UUID id, String why) {
        return MonitorProblem.REFERENCE_REFUSED.because(PATH + "." + DATASET + ": " + id + " is " + why);
    }
}
