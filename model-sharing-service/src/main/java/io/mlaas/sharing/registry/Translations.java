package io.mlaas.sharing.registry;

import io.mlaas.api.sharing.RegisteredTranslation;
import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.security.Caller;
import io.mlaas.sharing.anchoring.Chain;
import io.mlaas.sharing.artifact.Artifact;
import io.mlaas.sharing.artifact.ArtifactStore;
import io.mlaas.sharing.artifact.StagedFile;
import io.mlaas.sharing.artifact.UploadForm;
import io.mlaas.sharing.grant.Permission;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Registers translations: new models with a contract of their own, linked to what they were translated from. */
@Component
class Translations {
    private static final Pattern FORMAT = Pattern.compile("[a-z0-9][a-z0-9._-]{0,39}");
    private static final Pattern DIGEST = Pattern.compile("([0-9a-f]{64})?");
    private static final String CERTIFICATE_FILE = "certificate.json";

    private final ArtifactStore artifacts;
    private final ModelRepository models;
    private final TranslationRepository translations;
    private final Access access;
    private final Download download;
    private final Chain chain;
    private final RegistryProperties properties;
    private final JsonMapper json;
    private final TransactionTemplate transactions;

    Translations(
            ArtifactStore artifacts,
            ModelRepository models,
            TranslationRepository translations,
            Access access,
            Download download,
            Chain chain,
            RegistryProperties properties,
            JsonMapper json,
            PlatformTransactionManager transactions) {
        this.artifacts = artifacts;
        this.models = models;
        this.translations = translations;
        this.access = access;
        this.download = download;
        this.chain = chain;
        this.properties = properties;
        this.json = json;
        this.transactions = new TransactionTemplate(transactions);
    }

    /** Repeating a registration with the same bytes answers the first one. */
    RegisteredTranslation register(TranslationRepository.Origin origin, Caller caller, HttpServletRequest request) {
        requireFormat(origin.format());
        requireDigest(origin.referenceSha256());
        UUID sourceModelId = origin.sourceModelId();
        Model source = access.model(sourceModelId, caller, Permission.USE);
        requireTrained(source);
        var parts = new UploadForm.Parts(
                Map.of(
                        "certificate",
                        Math.toIntExact(properties.maxCertificate().toBytes())),
                Map.of("artifact", artifacts.maxSize()));
        UUID id;
        boolean created;
        try (UploadForm form = UploadForm.read(request, source.organizationId(), parts, artifacts)) {
            StagedFile file = form.requiredFile("artifact");
            String certificate = certificate(form.requiredText("certificate"));
            Optional<UUID> existing = translations.find(origin, file.sha256());
            UUID candidate = UUID.randomUUID();
            created = existing.isEmpty()
                    && insert(candidate, source, origin, file.keep(), keep(certificate, source), caller);
            id = created ? candidate : translations.find(origin, file.sha256()).orElseThrow();
        }
        chain.await(id, () -> settled(find(id)));
        Model registered = find(id);
        if (registered.state() == ModelState.FAILED) {
            throw RegistryProblem.REGISTRATION_REFUSED.because("%s: %s".formatted(id, registered.reason()));
        }
        return new RegisteredTranslation(
                id, sourceModelId, origin.format(), registered.state().name(), created);
    }

    /** The certificate as a file beside the translation: its digest goes into the contract, and nobody changes it unseen. */
    private Artifact keep(String certificate, Model source) {
        byte[] bytes = certificate.getBytes(StandardCharsets.UTF_8);
        try (StagedFile staged = artifacts.stage(
                source.organizationId(),
                "certificate",
                new ByteArrayInputStream(bytes),
                CERTIFICATE_FILE,
                MediaType.APPLICATION_JSON_VALUE,
                properties.maxCertificate().toBytes())) {
            return staged.keep();
        }
    }

    RegisteredTranslation latest(UUID sourceModelId, String format, Caller caller) {
        requireFormat(format);
        access.model(sourceModelId, caller);
        UUID id = translations
                .latest(sourceModelId, format)
                .orElseThrow(() -> RegistryProblem.NO_TRANSLATION.because(
                        "source_model_id: %s, format: %s".formatted(sourceModelId, format)));
        return new RegisteredTranslation(
                id, sourceModelId, format, find(id).state().name(), false);
    }

    /** Sends a translation's certificate, after the chain was asked what its digest must be. */
    void certificate(UUID modelId, Caller caller, HttpServletRequest request, HttpServletResponse response) {
        Model model = access.model(modelId, caller);
        if (!translations.isTranslation(modelId)) {
            throw RegistryProblem.NO_TRANSLATION.because("model_id: %s is no translation".formatted(modelId));
        }
        Optional<String> unanchored = translations.unanchoredCertificate(modelId);
        if (unanchored.isEmpty()) {
            download.definition(model, request, response);
            return;
        }
        try {
            response.setContentType(MediaType.APPLICATION_JSON_VALUE);
            response.getOutputStream().write(unanchored.get().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("the certificate of " + modelId + " could not be sent", e);
        }
    }

    /** The architecture file behind a model: of a translation, its source's. */
    Model architecture(Model model, Caller caller) {
        UUID source = model.sourceModelId();
        return source == null
                        || model.snapshot() != null
                        || translations.unanchoredCertificate(model.id()).isPresent()
                ? model
                : access.recordedModel(source, caller);
    }

    /** Whether a model's second file is its own certificate, and not the architecture file of what it comes from. */
    boolean hasCertificateFile(Model model) {
        return model.sourceModelId() != null
                && translations.unanchoredCertificate(model.id()).isEmpty();
    }

    private static void requireTrained(Model source) {
        if (source.state() != ModelState.TRAINED) {
            throw RegistryProblem.SOURCE_NOT_TRAINED.because(
                    "source_model_id: %s is %s (expected: TRAINED)".formatted(source.id(), source.state()));
        }
    }

    private boolean insert(
            UUID id,
            Model source,
            TranslationRepository.Origin origin,
            Artifact artifact,
            Artifact certificate,
            Caller caller) {
        Model translation = new Model(
                id,
                source.organizationId(),
                source.developerId(),
                caller.subject(),
                source.datasetId(),
                ModelState.PENDING,
                null,
                source.trainImage(),
                source.params(),
                source.metadata(),
                certificate,
                artifact,
                origin.format(),
                source.id(),
                null,
                null,
                Instant.now(),
                null,
                Label.NONE,
                null);
        Boolean inserted = transactions.execute(status -> {
            // Held until the translation is there: the source's deletion either sees it or is seen here.
            requireTrained(models.findHeld(source.id()).orElseThrow());
            artifacts.insert(artifact);
            artifacts.insert(certificate);
            models.insert(translation);
            if (!translations.insert(id, origin, artifact.sha256())) {
                status.setRollbackOnly();
                return false;
            }
            chain.deploy(Registration.contract(translation));
            return true;
        });
        return Boolean.TRUE.equals(inserted);
    }

    static boolean settled(Model model) {
        return switch (model.state()) {
            case PENDING, STORED -> false;
            case REGISTERED, TRAINING, TRAINED, FAILED, CANCELLED, QUARANTINED, DELETED -> true;
        };
    }

    private Model find(UUID id) {
        return models.find(id).orElseThrow();
    }

    private String certificate(String text) {
        try {
            if (json.readTree(text).isObject()) {
                return text;
            }
        } catch (JacksonException e) {
            throw RegistryProblem.MALFORMED_METADATA.because("certificate: not JSON (expected: a JSON object)", e);
        }
        throw RegistryProblem.MALFORMED_METADATA.because("certificate: not an object (expected: a JSON object)");
    }

    private static void requireDigest(String referenceSha256) {
        if (!DIGEST.matcher(referenceSha256).matches()) {
            throw PlatformProblem.INVALID_REQUEST.because(
                    "reference_sha256: no digest (expected: 64 hexadecimal digits)");
        }
    }

    static void requireFormat(String format) {
        if (!FORMAT.matcher(format).matches()) {
            throw PlatformProblem.INVALID_REQUEST.because("format: not a format's name (expected: onnx, for example)");
        }
    }
}
