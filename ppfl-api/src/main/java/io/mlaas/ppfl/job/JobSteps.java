package io.mlaas.ppfl.job;

import io.mlaas.api.sharing.ModelSharingApi;
import io.mlaas.api.sharing.ModelStatus;
import io.mlaas.api.training.FollowingApi;
import io.mlaas.api.training.FollowingApi.TrainingProgress;
import io.mlaas.kit.client.ServiceClients;
import io.mlaas.kit.client.ServicesProperties;
import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.FederationState;
import io.mlaas.ppfl.federation.Federations;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.client.HttpClientErrorException;

/** The steps of a simulation: what others are asked, and what is written down of their answers. */
@Component
class JobSteps {
    /** States of trainings that have run to their end. */
    private static final Set<String> LEARNED = Set.of("REGISTERING", "SUCCEEDED");

    private static final Set<String> MODEL_WITHOUT_END = Set.of("FAILED", "CANCELLED", "QUARANTINED");

    private final Federations federations;
    private final JobRepository jobs;
    private final TrainingRights rights;
    private final ToldProgress told;
    private final JobEnd end;
    private final JobProperties properties;
    private final ModelSharingApi registry;
    private final FollowingApi training;
    private final TransactionTemplate transaction;

    JobSteps(
            Federations federations,
            JobRepository jobs,
            TrainingRights rights,
            ToldProgress told,
            JobEnd end,
            JobProperties properties,
            ServiceClients clients,
            ServicesProperties services,
            PlatformTransactionManager transactions) {
        this.federations = federations;
        this.jobs = jobs;
        this.rights = rights;
        this.told = told;
        this.end = end;
        this.properties = properties;
        this.registry = clients.create(ModelSharingApi.class, services.modelSharing());
        this.training = clients.create(FollowingApi.class, services.training());
        this.transaction = new TransactionTemplate(transactions);
    }

    /** The registry has the model trained by itself, once it is on the chain. */
    void register(FederationJob job, Federation federation) {
        boolean unused = federations.move(federation.id(), FederationState.PREPARING, null);
        registry.registerTraining(
                federation.organizationId(),
                federation.requestedBy(),
                false,
                rights.training(federation, job.datasetId()));
        transaction.executeWithoutResult(status -> {
            federations.registered(federation.id(), federation.id());
            jobs.registered(federation.id());
        });
    }

    void follow(FederationJob job, Federation federation) {
        Optional<TrainingProgress> found = progress(job, federation);
        if (found.isEmpty()) {
            Optional<ModelStatus> model = model(federation);
            if (model.isEmpty() || MODEL_WITHOUT_END.contains(model.get().status())) {
                end.failed(federation, reason(model));
            } else {
                jobs.again(federation.id(), "its training has not been scheduled yet", properties.follow());
            }
            return;
        }
        TrainingProgress progress = found.get();
        transaction.executeWithoutResult(status -> {
            progress.told().forEach(line -> told.take(federation.id(), line));
            jobs.followed(federation.id(), progress.jobId(), progress.next(), properties.follow());
            move(federation, progress);
        });
        if (progress.complete()) {
            finish(federation, progress);
        }
    }

    private void move(Federation federation, TrainingProgress progress) {
        switch (progress.state()) {
            case "TRAINING" -> federations.move(federation.id(), FederationState.RUNNING, null);
            case "REGISTERING", "SUCCEEDED" -> federations.move(federation.id(), FederationState.REGISTERING, null);
            default -> {
                // it waits, or is over: the latter is looked at when all that was told is here
            }
        }
    }

    private void finish(Federation federation, TrainingProgress progress) {
        String reason = progress.reason();
        switch (progress.state()) {
            case "SUCCEEDED" -> {
                Optional<ModelStatus> model = model(federation);
                if (model.isPresent() && model.get().status().equals("TRAINED")) {
                    end.succeeded(federation, progress.metrics());
                } else if (model.isEmpty()
                        || MODEL_WITHOUT_END.contains(model.get().status())) {
                    end.failed(federation, reason(model));
                }
            }
            case "CANCELLED" -> end.cancelled(federation, reason == null ? "its training was cancelled" : reason);
            default -> end.failed(federation, reason == null ? "its training failed" : reason);
        }
    }

    /** What was begun of one that is over is ended, also if it began while that was decided. */
    void endTraining(FederationJob job, Federation federation) {
        if (federation.state() == FederationState.CANCELLED && !ended(job, federation)) {
            jobs.again(federation.id(), "its training is being ended", properties.follow());
        } else if (hasLearned(job, federation)) {
            end.settled(federation);
        } else {
            end.forget(federation);
        }
    }

    /** What it told since it was followed last, and a model that came out of it, may have been seen by others. */
    private boolean hasLearned(FederationJob job, Federation federation) {
        return progress(job, federation)
                .filter(progress -> !progress.told().isEmpty() || LEARNED.contains(progress.state()))
                .isPresent();
    }

    /** @return whether nothing is left that could still begin or go on */
    private boolean ended(FederationJob job, Federation federation) {
        if (job.step() == FederationJob.Step.REGISTER) {
            // A request that nobody answered may have come through nevertheless.
            Optional<ModelStatus> model = model(federation);
            if (model.isEmpty() || MODEL_WITHOUT_END.contains(model.get().status())) {
                return true;
            }
        }
        String by = job.cancelledBy();
        try {
            training.cancel(federation.id(), federation.organizationId(), by == null ? "ppfl-api" : by);
            return false;
        } catch (HttpClientErrorException.NotFound notYet) {
            Optional<ModelStatus> model = model(federation);
            return model.isEmpty() || MODEL_WITHOUT_END.contains(model.get().status());
        } catch (HttpClientErrorException.Conflict over) {
            return true;
        }
    }

    private Optional<TrainingProgress> progress(FederationJob job, Federation federation) {
        try {
            return Optional.of(
                    training.progress(federation.id(), federation.organizationId(), job.jobId(), job.logPosition()));
        } catch (HttpClientErrorException.NotFound notYet) {
            return Optional.empty();
        }
    }

    private Optional<ModelStatus> model(Federation federation) {
        try {
            return Optional.of(registry.modelStatus(federation.id()));
        } catch (HttpClientErrorException.NotFound | HttpClientErrorException.Gone e) {
            return Optional.empty();
        }
    }

    private static String reason(Optional<ModelStatus> model) {
        return model.map(status ->
                        "the model is " + status.status() + (status.reason() == null ? "" : ": " + status.reason()))
                .orElse("the model was deleted");
    }
}
