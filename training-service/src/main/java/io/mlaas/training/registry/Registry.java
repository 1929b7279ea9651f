package io.mlaas.training.registry;

import io.mlaas.api.sharing.ModelSharingApi;
import io.mlaas.api.sharing.ModelSharingApi.JobCredential;
import io.mlaas.api.sharing.ModelSharingApi.JobCredentialRequest;
import io.mlaas.api.sharing.ModelStatus;
import io.mlaas.api.sharing.ReproductionVerdict;
import io.mlaas.api.sharing.TrainingRecord;
import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.kit.client.ServiceClients;
import io.mlaas.kit.client.ServicesProperties;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

/** The registry, as training sees it. */
@Component
public class Registry {
    private final ModelSharingApi api;
    private final RegistryFiles files;
    private final RestClient own;

    Registry(
            ServiceClients clients,
            ServicesProperties services,
            RestClient.Builder builder,
            RegistryTransferProperties transfer) {
        this.api = clients.create(ModelSharingApi.class, services.modelSharing());
        this.files = new RegistryFiles(builder, services.modelSharing(), transfer.timeout());
        this.own = clients.restClient(services.modelSharing());
    }

    /** What a job's credential is for. */
    public RegistryInputs inputs(JobCredential credential) {
        return new RegistryInputs() {
            @Override
            public void dataset(UUID datasetId, Path target, String sha256, BooleanSupplier cancelled)
                    throws RegistryException, IOException {
                files.dataset(datasetId, credential, target, sha256, cancelled);
            }

            @Override
            public void definition(UUID modelId, Path target, @Nullable String sha256, BooleanSupplier cancelled)
                    throws RegistryException, IOException {
                files.definition(modelId, credential, target, sha256, cancelled);
            }
        };
    }

    /** What this company may use. */
    public RegistryInputs inputsOf(UUID organizationId) {
        return new CompanyFiles(own, organizationId);
    }

    /** The registered result of a company's model. */
    public void artifact(UUID modelId, UUID organizationId, Path target, String sha256)
            throws RegistryException, IOException {
        new CompanyFiles(own, organizationId).artifact(modelId, target, sha256);
    }

    /** What the model's owner ordered; nothing if there is no such model for whoever asks. */
    public Optional<TrainingRequested> order(UUID modelId) {
        return found(() -> api.trainingOrder(modelId));
    }

    /** What the model's owner ordered, though another company asks that may have it trained again. */
    public Optional<TrainingRequested> ownersOrder(UUID modelId) {
        SecurityContext asker = SecurityContextHolder.getContext();
        SecurityContextHolder.clearContext();
        try {
            return order(modelId);
        } finally {
            SecurityContextHolder.setContext(asker);
        }
    }

    /** Whether the company of the user who asks may use the model: asked by reading a byte of it. */
    public boolean mayUse(UUID modelId) {
        try {
            own.get()
                    .uri("/internal/model/{id}/artifact", modelId)
                    .header(HttpHeaders.RANGE, "bytes=0-0")
                    .retrieve()
                    .toBodilessEntity();
            return true;
        } catch (HttpClientErrorException.Forbidden | HttpClientErrorException.NotFound e) {
            return false;
        }
    }

    public Optional<ModelStatus> status(UUID modelId) {
        return found(() -> api.modelStatus(modelId));
    }

    private static <T> Optional<T> found(Supplier<T> request) {
        try {
            return Optional.of(request.get());
        } catch (HttpClientErrorException.NotFound | HttpClientErrorException.Gone e) {
            return Optional.empty();
        }
    }

    /** A credential for this job alone. It is never stored: after a restart the job asks for another one. */
    public JobCredential credential(UUID modelId, UUID jobId, Duration validity) throws RegistryException {
        return RegistryFiles.asking(
                "give the job a credential",
                () -> api.jobCredential(modelId, new JobCredentialRequest(jobId, validity.toSeconds(), null)));
    }

    /** A credential for a job whose model has its result: it opens the same inputs, and registers nothing. */
    public JobCredential readingCredential(UUID modelId, UUID jobId, Duration validity) throws RegistryException {
        return RegistryFiles.asking(
                "give the job a credential to read with",
                () -> api.jobCredential(modelId, new JobCredentialRequest(jobId, validity.toSeconds(), true)));
    }

    /**
     * Registers the result of a job. Repeating it is harmless: a registry that holds this very result has done what was
     * asked of it, whether or not its answer arrived the first time.
     */
    public void register(UUID modelId, UUID jobId, Duration validity, Path file, String name, String sha256)
            throws RegistryException {
        try {
            files.put(modelId, credential(modelId, jobId, validity), file, name);
        } catch (RegistryException e) {
            // a model that has its result gives out neither a credential nor takes another result
            if (e.kind() != RegistryException.Kind.REFUSED || !holds(modelId, sha256)) {
                throw e;
            }
        }
    }

    private boolean holds(UUID modelId, String sha256) throws RegistryException {
        return result(modelId).filter(status -> sha256.equals(status.sha256())).isPresent();
    }

    /** The facts of the run that made a model's result; the same may be told again. */
    public void record(TrainingRecord record) throws RegistryException {
        RegistryFiles.asking("take the facts of the run", () -> {
            api.putTrainingRecord(record.modelId(), record);
            return record;
        });
    }

    /** What came of training a model again; the same may be told again. */
    public void publish(ReproductionVerdict verdict) throws RegistryException {
        RegistryFiles.asking("take the verdict", () -> {
            api.putReproduction(verdict.modelId(), verdict.reproductionId(), verdict);
            return verdict;
        });
    }

    /** Whether the registry no longer has the model, or is about to delete it. */
    public boolean isGone(UUID modelId) throws RegistryException {
        return RegistryFiles.asking("tell the model's state", () -> status(modelId))
                .isEmpty();
    }

    /** The model, if it has its result. */
    public Optional<ModelStatus> result(UUID modelId) throws RegistryException {
        return RegistryFiles.asking("tell the model's state", () -> status(modelId))
                .filter(status -> status.sha256() != null);
    }
}
