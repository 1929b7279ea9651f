package io.mlaas.training.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mlaas.training.cluster.model.Admission;
import io.mlaas.training.cluster.model.Decision;
import io.mlaas.training.cluster.model.Decision.Action;
import io.mlaas.training.cluster.model.Decisions;
import io.mlaas.training.cluster.model.Manifests;
import io.mlaas.training.cluster.model.Observed;
import io.mlaas.training.cluster.model.TrainingJob;
import io.mlaas.training.cluster.model.TrainingJobStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a training, has it decided what comes next, and does it. It keeps nothing: each time begins with what the API
 * server says, and may end anywhere.
 */
class Reconciler {
    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);
    private static final int TAIL = 20;
    private static final int UNPROCESSABLE = 422;

    private final ClusterObjects objects;
    private final TrainingLogs logs;
    private final Credentials credentials;
    private final Manifests manifests;
    private final Decisions decisions;
    private final Admission.Quotas quotas;
    private final OperatorMeters meters;
    private final Clock clock;

    Reconciler(
            ClusterObjects objects,
            TrainingLogs logs,
            Credentials credentials,
            Manifests manifests,
            Decisions decisions,
            Admission.Quotas quotas,
            OperatorMeters meters,
            Clock clock) {
        this.objects = objects;
        this.logs = logs;
        this.credentials = credentials;
        this.manifests = manifests;
        this.decisions = decisions;
        this.quotas = quotas;
        this.meters = meters;
        this.clock = clock;
    }

    /** @return when to look again; null if only a change matters */
    @Nullable
    Duration reconcile(String name) {
        List<TrainingJob> all = objects.all();
        meters.counted(all);
        TrainingJob job = all.stream()
                .filter(candidate -> name.equals(candidate.name()))
                .findFirst()
                .orElse(null);
        if (job == null) {
            return null;
        }
        Observed seen = objects.observe(job, Admission.of(job, all, quotas), clock.instant());
        Decision decision = decisions.next(seen);
        carryOut(seen, decision);
        return decision.again();
    }

    private void carryOut(Observed seen, Decision decision) {
        TrainingJob job = writeStatus(seen.job(), decision);
        for (Action action : decision.actions()) {
            Decision instead = carryOut(seen, job, action);
            if (instead != null) {
                carryOut(
                        new Observed(
                                job,
                                seen.admission(),
                                seen.train(),
                                seen.register(),
                                seen.owned(),
                                seen.credentialExpires(),
                                seen.now()),
                        instead);
                return;
            }
        }
        decision.event().ifPresent(event -> objects.create(OperatorEvents.of(job, event, seen.now())));
    }

    private TrainingJob writeStatus(TrainingJob job, Decision decision) {
        TrainingJobStatus old = job.status();
        if (decision.status().equals(old)) {
            return job;
        }
        TrainingJobStatus next = decision.logOf()
                .map(attempt -> logs.tail(job.name(), attempt, TAIL))
                .filter(lines -> !lines.isEmpty())
                .map(decision.status()::withLogTail)
                .orElse(decision.status());
        log.info("training {}: {}, attempt {}: {}", job.name(), next.phase(), next.attempts(), next.message());
        job.setStatus(next);
        TrainingJob written = objects.writeStatus(job);
        meters.changed(written, old);
        return written;
    }

    /** @return what is to be done instead of all further actions, or null */
    private @Nullable Decision carryOut(Observed seen, TrainingJob job, Action action) {
        String name = job.name();
        switch (action) {
            case Action.AddFinalizer add -> objects.addFinalizer(name);
            case Action.RemoveFinalizer remove -> objects.removeFinalizer(name);
            case Action.CreateVolume create -> objects.create(manifests.volume(job));
            case Action.CreateNetworkPolicy create -> objects.create(manifests.networkPolicy(job));
            case Action.RenewCredential renew -> {
                return renew(seen, job, renew.validity());
            }
            case Action.Start start -> {
                return start(seen, job, start);
            }
            case Action.StopSteps stop -> objects.stopSteps(job);
            case Action.DeleteCredential delete -> objects.deleteCredential(name);
            case Action.DeleteVolume delete -> objects.deleteVolume(name);
        }
        return null;
    }

    private @Nullable Decision renew(Observed seen, TrainingJob job, Duration validity) {
        return switch (credentials.issue(job.getSpec(), validity)) {
            case Credentials.Answer.Issued issued -> {
                objects.keepCredential(
                        manifests.credential(job, issued.token(), issued.expires()),
                        seen.owned().contains(Observed.Owned.CREDENTIAL));
                yield null;
            }
            case Credentials.Answer.Refused refused -> decisions.credentialRefused(seen, refused.message());
            case Credentials.Answer.Unavailable unavailable ->
                decisions.credentialUnavailable(seen, unavailable.message());
        };
    }

    private @Nullable Decision start(Observed seen, TrainingJob job, Action.Start start) {
        try {
            for (HasMetadata manifest : manifests.steps(job, start.step(), start.number())) {
                objects.start(job, manifest);
            }
            return null;
        } catch (StepRuntime.NotInstalled e) {
            return decisions.refused(seen, String.valueOf(e.getMessage()));
        } catch (KubernetesClientException e) {
            if (e.getCode() != UNPROCESSABLE) {
                throw e;
            }
            return decisions.refused(
                    seen, "Kubernetes refuses it: " + e.getStatus().getMessage());
        }
    }
}
