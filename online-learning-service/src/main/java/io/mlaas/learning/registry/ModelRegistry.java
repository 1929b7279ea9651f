package io.mlaas.learning.registry;

import io.mlaas.api.sharing.RegisteredSnapshot;
import io.mlaas.kit.client.ServiceClients;
import io.mlaas.kit.client.ServicesProperties;
import io.mlaas.learning.registry.Registrations.Waiting;
import java.nio.charset.StandardCharsets;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.json.JsonMapper;

/** The registry of models, over HTTP. */
@Component
class ModelRegistry {
    private final RestClient files;
    private final JsonMapper json;

    ModelRegistry(ServiceClients clients, ServicesProperties services, JsonMapper json) {
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
                snapshot.format().equals("torchscript")
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
