package io.mlaas.translation.onnx;

import io.mlaas.api.sharing.ModelSharingApi;
import io.mlaas.api.sharing.ModelStatus;
import io.mlaas.api.sharing.RegisteredTranslation;
import io.mlaas.kit.client.ServiceClients;
import io.mlaas.kit.client.ServicesProperties;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.FileSystemResource;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The registry of models, asked on behalf of the user who wants a translation. */
@Component
class Registry {
    private static final int PIECE = 64 * 1024;

    private final ModelSharingApi api;
    private final RestClient files;
    private final JsonMapper json;

    Registry(ServiceClients clients, ServicesProperties services, JsonMapper json) {
        api = clients.create(ModelSharingApi.class, services.modelSharing());
        files = clients.restClient(services.modelSharing());
        this.json = json;
    }

    /** The model as its owner sees it; another company's is unknown, as one that does not exist. */
    ModelStatus model(UUID id) {
        try {
            return api.modelStatus(id);
        } catch (HttpClientErrorException.NotFound | HttpClientErrorException.Gone e) {
            throw TranslationProblem.TRANSLATION_MODEL_UNKNOWN.because("model_id: " + id, e);
        }
    }

    /** An earlier translation of the model that can be used. */
    Optional<Translation> translationOf(UUID sourceModelId) {
        RegisteredTranslation known;
        try {
            known = api.translation(sourceModelId, Translation.ONNX);
        } catch (HttpClientErrorException.NotFound e) {
            return Optional.empty();
        }
        return switch (known.status()) {
            case "FAILED", "CANCELLED", "QUARANTINED" -> Optional.empty();
            default -> Optional.of(describe(known, false));
        };
    }

    private Translation describe(RegisteredTranslation known, boolean created) {
        ModelStatus status = model(known.modelId());
        String certificate = files.get()
                .uri("/model/{id}/certificate", known.modelId())
                .retrieve()
                .body(String.class);
        return new Translation(
                known.modelId(),
                known.sourceModelId(),
                known.format(),
                orEmpty(status.fileName()),
                orEmpty(status.sha256()),
                status.sizeBytes() == null ? 0 : status.sizeBytes(),
                status.status(),
                created,
                certificate == null ? json.createObjectNode() : json.readTree(certificate));
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }

    /**
     * Downloads a model's artifact.
     *
     * @param expected SHA-256 that the registry says it has
     */
    void download(UUID id, String expected, long maxSize, Path to) {
        // What the platform may use is more than what the user may download.
        String found = files.get()
                .uri("/internal/model/{id}/artifact", id)
                .exchangeForRequiredValue((request, response) -> {
                    requireDelivered(id, response);
                    try (InputStream in = response.getBody();
                            OutputStream out = Files.newOutputStream(to)) {
                        return copy(in, out, maxSize);
                    } catch (IOException e) {
                        throw TranslationProblem.TRANSLATION_SOURCE_DAMAGED.because(
                                "model_id: " + id + ": the transfer broke off", e);
                    }
                });
        if (!found.equals(expected)) {
            throw TranslationProblem.TRANSLATION_SOURCE_DAMAGED.because(
                    "model_id: " + id + ", sha256: " + found + " (expected: " + expected + ")");
        }
    }

    /** A 409 for a model that is trained says that its stored bytes are not what the chain says. */
    private static void requireDelivered(UUID id, RestClient.RequestHeadersSpec.ConvertibleClientHttpResponse response)
            throws IOException {
        if (response.getStatusCode().value() == 409) {
            throw TranslationProblem.TRANSLATION_SOURCE_DAMAGED.because(
                    "model_id: " + id + ": the registry refuses to deliver its bytes");
        }
        if (response.getStatusCode().value() == 403) {
            throw TranslationProblem.TRANSLATION_NOT_GRANTED.because(
                    "model_id: " + id + " (expected: a grant to use it, and one to read it for its bytes)");
        }
        if (response.getStatusCode().isError()) {
            throw response.createException();
        }
    }

    private static String copy(InputStream from, OutputStream to, long maxSize) throws IOException {
        var in = new DigestInputStream(from, sha256());
        byte[] piece = new byte[PIECE];
        long size = 0;
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
            size += count;
            if (size > maxSize) {
                throw tooLarge(size, maxSize);
            }
            to.write(piece, 0, count);
        }
        return HexFormat.of().formatHex(in.getMessageDigest().digest());
    }

    static RuntimeException tooLarge(long size, long maxSize) {
        return TranslationProblem.TRANSLATION_TOO_LARGE.because("size_bytes: %d (expected: <= %d, the service's %s)"
                .formatted(size, maxSize, "mlaas.translation.max-model-size"));
    }

    /** Registers a translation; the same bytes again are the same model. */
    Translation register(UUID sourceModelId, Path artifact, String fileName, JsonNode certificate) {
        var form = new LinkedMultiValueMap<String, HttpEntity<?>>();
        HttpHeaders ofCertificate = new HttpHeaders();
        ofCertificate.setContentType(MediaType.APPLICATION_JSON);
        form.add("certificate", new HttpEntity<>(json.writeValueAsString(certificate), ofCertificate));
        HttpHeaders ofArtifact = new HttpHeaders();
        ofArtifact.setContentType(MediaType.APPLICATION_OCTET_STREAM);
        form.add("artifact", new HttpEntity<>(new NamedFile(artifact, fileName), ofArtifact));
        RegisteredTranslation registered = files.post()
                .uri("/internal/translation?source_model_id={id}&format={format}", sourceModelId, Translation.ONNX)
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .body(form)
                .retrieve()
                .requiredBody(RegisteredTranslation.class);
        return describe(registered, registered.created());
    }

    /** The registry's own bytes of a model, checked there while they are sent. */
    interface Delivery {
        void pass(InputStream in) throws IOException;
    }

    void deliver(UUID id, Delivery delivery) {
        HttpStatusCode ignored = files.get().uri("/model/{id}", id).exchangeForRequiredValue((request, response) -> {
            requireDelivered(id, response);
            try (InputStream in = response.getBody()) {
                delivery.pass(in);
            } catch (IOException e) {
                throw new ResourceAccessException("the transfer of model " + id + " broke off", e);
            }
            return response.getStatusCode();
        });
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static final class NamedFile extends FileSystemResource {
        private final String name;

        NamedFile(Path file, String name) {
            super(file);
            this.name = name;
        }

        @Override
        public String getFilename() {
            return name;
        }
    }
}
