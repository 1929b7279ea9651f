package io.mlaas.learning.registry;

import io.mlaas.api.sharing.ModelSharingApi;
import io.mlaas.api.sharing.ModelStatus;
import io.mlaas.api.sharing.RegisteredSnapshot;
import io.mlaas.kit.client.ServiceClients;
import io.mlaas.kit.client.ServicesProperties;
import io.mlaas.learning.registry.Registrations.Waiting;
import io.mlaas.online.ConfigurationRefused;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.json.JsonMapper;

/** The registry of models, over HTTP. */
@Component
class ModelRegistry {
    private static final String TORCHSCRIPT = "torchscript";

    private final ModelSharingApi api;
    private final RestClient files;
    private final long most;
    private final JsonMapper json;

    ModelRegistry(ServiceClients clients, ServicesProperties services, RegistryProperties properties, JsonMapper json) {
        this.api = clients.create(ModelSharingApi.class, services.modelSharing());
        this.most = Math.min(properties.archive().toBytes(), Integer.MAX_VALUE - 8);
        this.files = clients.restClient(services.modelSharing());
        this.json = json;
    }

    /** The same snapshot again is the same model. */
    RegisteredSnapshot register(Waiting snapshot) {
        String name = json.readTree(snapshot.record()).path("name").asString();
        var form = new LinkedMultiValueMap<String, HttpEntity<?>>();
        form.add("record", text(snapshot.record()));
        form.add("learner", text(snapshot.document()));
        HttpHeaders ofArtifact = new HttpHeaders();
        ofArtifact.setContentType(
                snapshot.format().equals(TORCHSCRIPT)
                        ? MediaType.APPLICATION_OCTET_STREAM
                        : MediaType.parseMediaType("application/vnd.mlaas.learner-state"));
        form.add("artifact", new HttpEntity<>(new NamedBytes(snapshot.content(), snapshot.fileName(name)), ofArtifact));
        return files.post()
                .uri(
                        "/internal/snapshot?learner_id={learner}&snapshot={number}&format={format}"
                                + "&organization_id={company}&requested_by={user}",
                        snapshot.learner(),
                        snapshot.number(),
                        snapshot.format(),
                        snapshot.organizationId(),
                        snapshot.requestedBy() == null ? snapshot.learner() : snapshot.requestedBy())
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .body(form)
                .retrieve()
                .requiredBody(RegisteredSnapshot.class);
    }

    /**
     * The file of a trained model, as the registry verified it against the chain, with the rights of the user behind the
     * request: a learner's snapshots are the company's to download, so the model must be, too.
     */
    byte[] archive(UUID modelId, String format) {
        ModelStatus model = status(modelId);
        requireTrainable(model, format);
        byte[] content = files.get().uri("/model/{id}", modelId).exchangeForRequiredValue((request, response) -> {
            if (response.getStatusCode().is4xxClientError()) {
                throw refused(
                        modelId,
                        "not delivered by the registry, which answers "
                                + response.getStatusCode().value() + " (expected: one that your company may read)");
            }
            if (response.getStatusCode().isError()) {
                throw response.createException();
            }
            return response.getBody().readNBytes((int) most + 1);
        });
        if (!StoredArchives.sha256(content).equals(model.sha256())) {
            throw refused(
                    modelId,
                    "delivered with other bytes than the registry says (expected: SHA-256 " + model.sha256() + ")");
        }
        return content;
    }

    private ModelStatus status(UUID modelId) {
        try {
            return api.modelStatus(modelId);
        } catch (HttpClientErrorException.NotFound | HttpClientErrorException.Gone e) {
            ConfigurationRefused unknown = refused(modelId, "unknown (expected: a model of your company)");
            unknown.initCause(e);
            throw unknown;
        }
    }

    private void requireTrainable(ModelStatus model, String format) {
        if (!model.status().equals("TRAINED")) {
            throw refused(model.modelId(), model.status() + " (expected: TRAINED)");
        }
        if (!format.equals(model.format())) {
            throw refused(model.modelId(), "in the format " + model.format() + " (expected: " + format + ")");
        }
        if (model.sizeBytes() == null || model.sizeBytes() > most) {
            throw refused(
                    model.modelId(),
                    model.sizeBytes() + " bytes (expected: at most " + most
                            + ", the service's mlaas.learning.registry.archive)");
        }
    }

    private static ConfigurationRefused refused(UUID modelId, String why) {
        return new ConfigurationRefused("$.model_id", modelId + " is " + why);
    }

    private static HttpEntity<byte[]> text(String json) {
        HttpHeaders headers = new HttpHeaders();
        headers.setContentType(MediaType.APPLICATION_JSON);
        return new HttpEntity<>(json.getBytes(StandardCharsets.UTF_8), headers);
    }

    private static final class NamedBytes extends ByteArrayResource {
        private final String name;

        NamedBytes(byte[] content, String name) {
            super(content);
            this.name = name;
        }

        @Override
        public String getFilename() {
            return name;
        }
    }
}
