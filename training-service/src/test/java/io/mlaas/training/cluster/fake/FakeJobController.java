package io.mlaas.training.cluster.fake;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobConditionBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Plays the Job controller for Jobs of one pod that is made once ({@code backoffLimit: 0}). */
class FakeJobController {
    static final String FINALIZER = "batch.kubernetes.io/job-tracking";

    private final KubernetesClient client;

    FakeJobController(KubernetesClient client) {
        this.client = client;
    }

    void act() {
        for (Job job : client.batch().v1().jobs().list().getItems()) {
            if (job.getMetadata().getDeletionTimestamp() == null
                    && !holds(job, "Complete")
                    && !holds(job, "Failed")
                    && !Boolean.TRUE.equals(job.getSpec().getSuspend())) {
                act(job);
            }
        }
    }

    private void act(Job job) {
        List<Pod> pods = client
                .pods()
                .withLabel("batch.kubernetes.io/job-name", job.getMetadata().getName())
                .list()
                .getItems()
                .stream()
                .filter(pod -> FakeCluster.uid(job)
                        .equals(pod.getMetadata()
                                .getOwnerReferences()
                                .getFirst()
                                .getUid()))
                .toList();
        JobStatus status = job.getStatus() == null ? new JobStatus() : job.getStatus();
        if (pods.isEmpty() && status.getStartTime() == null) {
            status.setStartTime(now());
            status.setActive(1);
            write(job, status);
            client.pods().resource(pod(job)).create();
            return;
        }
        if (pods.stream().anyMatch(pod -> "Succeeded".equals(phase(pod)))) {
            status.setActive(0);
            status.setSucceeded(1);
            status.setCompletionTime(now());
            end(job, status, "Complete", "CompletionsReached", "Reached expected number of succeeded pods");
            return;
        }
        boolean gone = pods.stream().allMatch(pod -> "Failed".equals(phase(pod)));
        boolean going = pods.stream()
                .allMatch(pod -> pod.getMetadata().getDeletionTimestamp() != null || "Failed".equals(phase(pod)));
        if (gone) {
            status.setActive(0);
            status.setFailed(1);
            end(job, status, "Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit");
        } else if (going && !holds(job, "FailureTarget")) {
            end(job, status, "FailureTarget", "BackoffLimitExceeded", "Job has reached the specified backoff limit");
        }
    }

    private void end(Job job, JobStatus status, String type, String reason, String message) {
        List<JobCondition> conditions = new ArrayList<>(status.getConditions());
        conditions.add(new JobConditionBuilder()
                .withType(type)
                .withStatus("True")
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(now())
                .build());
        status.setConditions(conditions);
        write(job, status);
    }

    private void write(Job job, JobStatus status) {
        client.batch().v1().jobs().resource(job).editStatus(old -> {
            old.setStatus(status);
            return old;
        });
    }

    private static Pod pod(Job job) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(job.getMetadata().getNamespace())
                .withName(job.getMetadata().getName() + "-"
                        + UUID.randomUUID().toString().substring(0, 5))
                .withLabels(job.getSpec().getTemplate().getMetadata().getLabels())
                .addToLabels("batch.kubernetes.io/job-name", job.getMetadata().getName())
                .addToLabels("job-name", job.getMetadata().getName())
                .withFinalizers(FINALIZER)
                .addNewOwnerReference()
                .withApiVersion("batch/v1")
                .withKind("Job")
                .withName(job.getMetadata().getName())
                .withUid(FakeCluster.uid(job))
                .withController(true)
                .endOwnerReference()
                .endMetadata()
                .withSpec(job.getSpec().getTemplate().getSpec())
                .withNewStatus()
                .withPhase("Pending")
                .endStatus()
                .build();
    }

    static String phase(Pod pod) {
        return pod.getStatus() == null || pod.getStatus().getPhase() == null
                ? "Pending"
                : pod.getStatus().getPhase();
    }

    private static boolean holds(Job job, String type) {
        return job.getStatus() != null
                && job.getStatus().getConditions().stream().anyMatch(c -> type.equals(c.getType()));
    }

    static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
