package io.mlaas.translation.onnx;

import io.mlaas.api.sharing.DatasetStatus;
import io.mlaas.api.sharing.ModelSharingApi;
import io.mlaas.api.sharing.ModelStatus;
import io.mlaas.api.sharing.RegisteredTranslation;
import io.mlaas.kit.client.ServiceClients;
import io.mlaas.kit.client.ServicesProperties;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
import tools.jackson.databind.json.JsonMapper;

/** The registry of models, asked on behalf of the user who wants a translation. */
@Component
class Registry {
    private static final int PIECE = 64 * 1024;
    private static final int MAX_DEFINITION = 4 << 20;

    private static final Set<String> USABLE = Set.of("STORED", "TRAINED");

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
        return find(id).orElseThrow(() -> TranslationProblem.TRANSLATION_MODEL_UNKNOWN.because("model_id: " + id));
    }

    Optional<ModelStatus> find(UUID id) {
        try {
            return Optional.of(api.modelStatus(id));
        } catch (HttpClientErrorException.NotFound | HttpClientErrorException.Gone e) {
            return Optional.empty();
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
        return translation(known.modelId(), false);
    }

    /**
     * The translation that a model is, if it can be used.
     *
     * @param created whether it was made just now
     */
    Optional<Translation> translation(UUID id, boolean created) {
        return find(id).filter(status -> status.sourceModelId() != null && USABLE.contains(status.status()))
                .map(status -> describe(status, Objects.requireNonNull(status.sourceModelId()), created));
    }

    /** A certificate, byte for byte: its digest is on the chain. */
    byte[] certificate(UUID translationId) {
        byte[] certificate = files.get()
                .uri("/model/{id}/certificate", translationId)
                .retrieve()
                .body(byte[].class);
        return certificate == null ? new byte[0] : certificate;
    }

    private Translation describe(ModelStatus status, UUID source, boolean created) {
        return new Translation(
                status.modelId(),
                source,
                Translation.ONNX,
                orEmpty(status.fileName()),
                orEmpty(status.sha256()),
                status.sizeBytes() == null ? 0 : status.sizeBytes(),
                status.status(),
                created,
                json.readTree(certificate(status.modelId())));
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }

    /**
     * Downloads a model's artifact.
     *
     * @param organizationId of the company that it is for: what it may use is looked at
     * @param expected SHA-256 that the registry says it has
     */
    void download(UUID id, UUID organizationId, String expected, long maxSize, Path to) {
        // What the platform may use is more than what the user may download.
        String found = files.get()
                .uri("/internal/model/{id}/artifact?organization_id={company}", id, organizationId)
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
        if (response.getStatusCode().value() == 404 || response.getStatusCode().value() == 410) {
            throw TranslationProblem.TRANSLATION_MODEL_UNKNOWN.because("model_id: " + id);
        }
        if (response.getStatusCode().isError()) {
            throw response.createException();
        }
    }

    /** A dataset, whosever it is: only what is done with it is confined to a company. */
    DatasetStatus dataset(UUID id) {
        return api.datasetStatus(id);
    }

    /** The file as the registry verified it, for a company that may train on it. */
    void downloadDataset(DatasetStatus dataset, UUID organizationId, long maxSize, Path to) {
        UUID id = dataset.datasetId();
        String found = files.get()
                .uri("/internal/dataset/{id}/content?organization_id={company}", id, organizationId)
                .exchangeForRequiredValue((request, response) -> {
                    if (response.getStatusCode().is4xxClientError()) {
                        throw TranslationProblem.TRANSLATION_NOT_GRANTED.because("the registry does not give it (HTTP "
                                + response.getStatusCode().value() + ")");
                    }
                    if (response.getStatusCode().isError()) {
                        throw response.createException();
                    }
                    try (InputStream in = response.getBody();
                            OutputStream out = Files.newOutputStream(to)) {
                        return copy(in, out, maxSize);
                    } catch (IOException e) {
                        throw new ResourceAccessException("the transfer of dataset " + id + " broke off", e);
                    }
                });
        if (!found.equals(dataset.sha256())) {
            throw TranslationProblem.TRANSLATION_SOURCE_DAMAGED.because(
                    "sha256: " + found + " (expected: " + dataset.sha256() + ")");
        }
    }

    /** The architecture file that the model was trained by, or null if there is none. */
    @Nullable
    String definition(UUID modelId) {
        return files.get().uri("/model/{id}/definition", modelId).exchange((request, response) -> {
            if (response.getStatusCode().is4xxClientError()) {
                return null;
            }
            if (response.getStatusCode().isError()) {
                throw response.createException();
            }
            byte[] text = response.getBody().readNBytes(MAX_DEFINITION + 1);
            return text.length > MAX_DEFINITION
                    ? "too large to be a description"
                    : new String(text, StandardCharsets.UTF_8);
        });
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

    /** Registers a translation for who asked for it; the same bytes again are the same model. */
    RegisteredTranslation register(TranslationJob job, Path artifact, String fileName, String certificate) {
        var form = new LinkedMultiValueMap<String, HttpEntity<?>>();
        HttpHeaders ofCertificate = new HttpHeaders();
        ofCertificate.setContentType(MediaType.APPLICATION_JSON);
        form.add("certificate", new HttpEntity<>(certificate.getBytes(StandardCharsets.UTF_8), ofCertificate));
        HttpHeaders ofArtifact = new HttpHeaders();
        ofArtifact.setContentType(MediaType.APPLICATION_OCTET_STREAM);
        form.add("artifact", new HttpEntity<>(new NamedFile(artifact, fileName), ofArtifact));
        try {
            return files.post()
                    .uri(
                            "/internal/translation?source_model_id={id}&format={format}&reference_sha256={reference}"
                                    + "&organization_id={company}&requested_by={user}",
                            job.sourceModelId(),
                            Translation.ONNX,
                            job.wish().referenceSha256(),
                            job.organizationId(),
                            job.requestedBy())
                    .contentType(MediaType.MULTIPART_FORM_DATA)
                    .body(form)
                    .retrieve()
                    .requiredBody(RegisteredTranslation.class);
        } catch (HttpClientErrorException.NotFound | HttpClientErrorException.Gone e) {
            throw TranslationProblem.TRANSLATION_MODEL_UNKNOWN.because("model_id: " + job.sourceModelId(), e);
        } catch (HttpClientErrorException.Forbidden e) {
            throw TranslationProblem.TRANSLATION_NOT_GRANTED.because(
                    "model_id: " + job.sourceModelId() + " (expected: a grant to use it)", e);
        }
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
