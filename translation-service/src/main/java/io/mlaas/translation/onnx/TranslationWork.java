package io.mlaas.translation.onnx;

import io.mlaas.api.sharing.ModelStatus;
import io.mlaas.api.sharing.RegisteredTranslation;
import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.problem.Problem;
import io.mlaas.kit.problem.ProblemException;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.translation.signing.CertificateSigner;
import java.nio.file.Files;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClientResponseException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One translation from the registry and back: nothing is registered that was not compared with its source. Each step may
 * be done again from the beginning: equal sources give equal bytes, and equal bytes are one model in the registry.
 */
@Component
class TranslationWork {
    private static final Logger log = LoggerFactory.getLogger(TranslationWork.class);

    private final TranslationJobs jobs;
    private final JobRepository repository;
    private final Registry registry;
    private final Translator translator;
    private final DatasetRanges datasets;
    private final CertificateSigner signer;
    private final TranslationProperties properties;
    private final JsonMapper json;

    TranslationWork(
            TranslationJobs jobs,
            JobRepository repository,
            Registry registry,
            Translator translator,
            DatasetRanges datasets,
            CertificateSigner signer,
            TranslationProperties properties,
            JsonMapper json) {
        this.jobs = jobs;
        this.repository = repository;
        this.registry = registry;
        this.translator = translator;
        this.datasets = datasets;
        this.signer = signer;
        this.properties = properties;
        this.json = json;
    }

    /** Something that can go wrong as the work on a translation can. */
    interface Part<T> {
        T run() throws InterruptedException;
    }

    /** What was registered and now waits for the chain; null if it came to another end, which is written down then. */
    @Nullable
    RegisteredTranslation translate(TranslationJob job, Worker worker) throws InterruptedException {
        return guarded(job, worker, () -> registered(job, worker));
    }

    /** Waits until the new model is verified on the chain. */
    void awaitAnchored(TranslationJob job, Worker worker, RegisteredTranslation registered)
            throws InterruptedException {
        UUID modelId = registered.modelId();
        guarded(job, worker, () -> {
            while (true) {
                switch (status(modelId)) {
                    case "TRAINED" -> {
                        jobs.done(job, worker, modelId, registered.created());
                        Workspace.of(properties.workDirectory(), job.id()).close();
                        return modelId;
                    }
                    case "PENDING", "STORED" -> Thread.sleep(properties.pollInterval());
                    case String ended ->
                        throw TranslationProblem.TRANSLATION_BROKE_OFF.because(
                                "The translation %s is %s (expected: TRAINED)".formatted(modelId, ended));
                }
            }
        });
    }

    /** What is registered needs no new attempt while the registry is away. */
    private String status(UUID modelId) {
        try {
            return registry.model(modelId).status();
        } catch (ResourceAccessException | HttpServerErrorException e) {
            log.info("the registry does not say what became of {}", modelId, e);
            return "STORED";
        }
    }

    private RegisteredTranslation registered(TranslationJob job, Worker worker) throws InterruptedException {
        ModelStatus model = registry.model(job.sourceModelId());
        Workspace workspace = Workspace.of(properties.workDirectory(), job.id());
        if (job.wish().hasReference() && !Files.exists(workspace.reference())) {
            throw TranslationProblem.TRANSLATION_BROKE_OFF.because(
                    "The recorded inputs and outputs are gone; send them again.");
        }
        step(job, worker, Step.DOWNLOADING);
        registry.download(
                job.sourceModelId(),
                job.organizationId(),
                job.sourceSha256(),
                properties.maxModelSize().toBytes(),
                workspace.source());
        String certificate = signer.sign(json.writeValueAsString(certificate(job, worker, model, workspace)));
        step(job, worker, Step.REGISTERING);
        RegisteredTranslation registered = registry.register(job, workspace.target(), fileName(model), certificate);
        step(job, worker, Step.ANCHORING);
        return registered;
    }

    private ObjectNode certificate(TranslationJob job, Worker worker, ModelStatus model, Workspace workspace)
            throws InterruptedException {
        ObjectNode certificate = translator.translate(workspace, job.wish(), new Translator.Surroundings() {
            @Override
            public InputRanges ranges(OnnxTranslation translation) {
                return datasets.of(model, job.organizationId(), translation, workspace);
            }

            @Override
            public void at(Step step) {
                step(job, worker, step);
            }
        });
        return certificate.put("source_model_id", job.sourceModelId().toString());
    }

    private void step(TranslationJob job, Worker worker, Step step) {
        repository.step(job.id(), worker, step);
    }

    /** Writes down what went wrong: the model's fault ends the translation, the surroundings' lets it be tried again. */
    private <T> @Nullable T guarded(TranslationJob job, Worker worker, Part<T> part) throws InterruptedException {
        try {
            return part.run();
        } catch (ProblemException e) {
            ended(job, worker, e.problem(), e.detail(), e);
        } catch (ResourceAccessException e) {
            brokeOff(
                    job,
                    worker,
                    PlatformProblem.UPSTREAM_UNAVAILABLE,
                    "A service that this one needs cannot be reached.",
                    e);
        } catch (RestClientResponseException e) {
            int status = e.getStatusCode().value();
            if (e.getStatusCode().is4xxClientError() && status != 429 && status != 408) {
                ended(job, worker, TranslationProblem.TRANSLATION_BROKE_OFF, "The registry refused the request.", e);
            } else {
                brokeOff(
                        job,
                        worker,
                        PlatformProblem.UPSTREAM_UNAVAILABLE,
                        "A service that this one needs is busy or unavailable.",
                        e);
            }
        } catch (RuntimeException e) {
            brokeOff(job, worker, TranslationProblem.TRANSLATION_BROKE_OFF, "The service's log has the cause.", e);
        } catch (OutOfMemoryError | StackOverflowError e) {
            brokeOff(
                    job,
                    worker,
                    TranslationProblem.TRANSLATION_BROKE_OFF,
                    "The model takes more memory than there is.",
                    e);
        }
        return null;
    }

    private void ended(TranslationJob job, Worker worker, Problem problem, String detail, Exception cause) {
        log.info(
                "translation {} of model {} ended: {}: {}",
                job.id(),
                job.sourceModelId(),
                problem.name(),
                detail,
                cause);
        jobs.failed(job, worker.id(), problem, detail);
        Workspace.of(properties.workDirectory(), job.id()).close();
    }

    private void brokeOff(TranslationJob job, Worker worker, Problem problem, String detail, Throwable cause) {
        log.warn("translation {} of model {} broke off", job.id(), job.sourceModelId(), cause);
        jobs.brokeOff(job, worker.id(), problem, detail);
        if (!repository.isLive(job.id())) {
            Workspace.of(properties.workDirectory(), job.id()).close();
        }
    }

    private static String fileName(ModelStatus model) {
        String name = model.fileName() == null ? "model" : model.fileName();
        int dot = name.lastIndexOf('.');
        return (dot > 0 ? name.substring(0, dot) : name) + ".onnx";
    }
}
