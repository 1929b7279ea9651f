package io.mlaas.sharing.registry;

import io.mlaas.api.blockchain.VerifyRequest;
import io.mlaas.kit.security.Caller;
import io.mlaas.sharing.anchoring.Chain;
import io.mlaas.sharing.artifact.Artifact;
import io.mlaas.sharing.artifact.ArtifactStore;
import io.mlaas.sharing.artifact.Fingerprint;
import io.mlaas.sharing.artifact.StagedFile;
import io.mlaas.sharing.artifact.UploadProblem;
import io.mlaas.sharing.credential.JobCredentials;
import io.mlaas.sharing.credential.JobGrant;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes the result of a training job, once, and records it on the chain. */
@Component
class TrainingResults {
    private static final Logger log = LoggerFactory.getLogger(TrainingResults.class);
    private static final Set<String> TORCHSCRIPT = Set.of("pt", "pth", "torchscript");

    private final ArtifactStore artifacts;
    private final ModelRepository models;
    private final JobCredentials jobs;
    private final Chain chain;
    private final TransactionTemplate transactions;

    TrainingResults(
            ArtifactStore artifacts,
            ModelRepository models,
            JobCredentials jobs,
            Chain chain,
            PlatformTransactionManager transactions) {
        this.artifacts = artifacts;
        this.models = models;
        this.jobs = jobs;
        this.chain = chain;
        this.transactions = new TransactionTemplate(transactions);
    }

    /** @return the model with its result, verified unless the chain is slow */
    Model register(UUID modelId, Caller caller, HttpServletRequest request) {
        JobGrant grant = jobs.grant(caller);
        if (!grant.modelId().equals(modelId)) {
            throw RegistryProblem.FOREIGN_JOB.because(
                    "model_id: %s (expected: the job's own model)".formatted(modelId));
        }
        if (grant.readOnly()) {
            throw RegistryProblem.RESULT_ALREADY_REGISTERED.because(
                    "model_id: %s (expected: no result, as this job trains it again to compare)".formatted(modelId));
        }
        Model model =
                models.find(modelId).orElseThrow(() -> RegistryProblem.UNKNOWN_MODEL.because("model_id: " + modelId));
        if (grant.consumed()) {
            requireSame(model, digest(request));
        } else {
            model.requireTakesResultOf(grant.jobId());
            store(model, grant, request);
        }
        chain.await(modelId, () -> find(modelId).state() != ModelState.STORED);
        Model registered = find(modelId);
        if (registered.state() == ModelState.FAILED) {
            throw RegistryProblem.REGISTRATION_REFUSED.because("%s: %s".formatted(modelId, registered.reason()));
        }
        return registered;
    }

    private void store(Model model, JobGrant grant, HttpServletRequest request) {
        try (StagedFile file = artifacts.stage(
                model.organizationId(),
                "artifact",
                artifacts.body(request),
                fileName(request),
                request.getContentType(),
                artifacts.maxSize())) {
            file.requireDigest(request.getHeader("Content-Digest"));
            file.requireDigest(request.getHeader("Repr-Digest"));
            Artifact result = file.keep();
            transactions.executeWithoutResult(status -> {
                Model current = models.findLocked(model.id()).orElseThrow();
                if (!jobs.consume(grant)) {
                    // The same job's first request, whose answer it gave up waiting for, was faster.
                    requireSame(current, result.sha256());
                    return;
                }
                current.requireTakesResultOf(grant.jobId());
                artifacts.insert(result);
                if (!models.stored(model.id(), result, format(result.fileName()))) {
                    throw new IllegalStateException("model " + model.id() + " changed while it was locked");
                }
                chain.verify(
                        model.id(),
                        current.anchoredAt(),
                        new VerifyRequest(UUID.randomUUID(), result.sha256(), result.md5()));
            });
        } catch (IOException e) {
            throw UploadProblem.MALFORMED_UPLOAD.because("artifact: the body cannot be read.", e);
        }
    }

    private static void requireSame(Model model, String sha256) {
        Artifact result = model.result();
        if (result == null || !result.sha256().equals(sha256)) {
            throw RegistryProblem.RESULT_ALREADY_REGISTERED.because(
                    "Model %s has another result (sha256 of this one: %s)".formatted(model.id(), sha256));
        }
    }

    private static String digest(HttpServletRequest request) {
        try {
            return Fingerprint.of(request.getInputStream()).sha256();
        } catch (IOException e) {
            throw UploadProblem.MALFORMED_UPLOAD.because("artifact: the body ended before the file did.", e);
        }
    }

    private Model find(UUID id) {
        return models.find(id).orElseThrow();
    }

    private static @Nullable String fileName(HttpServletRequest request) {
        String header = request.getHeader(HttpHeaders.CONTENT_DISPOSITION);
        if (header == null) {
            return null;
        }
        try {
            return ContentDisposition.parse(header).getFilename();
        } catch (IllegalArgumentException e) {
            log.debug("a result came with a malformed Content-Disposition", e);
            return null;
        }
    }

    /** The format of a result, by its file's extension. */
    static String format(String fileName) {
        String extension = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (TORCHSCRIPT.contains(extension)) {
            return "torchscript";
        }
        return extension.matches("[a-z0-9]{1,20}") && fileName.indexOf('.') >= 0 ? extension : "binary";
    }
}
