package io.mlaas.training.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.mlaas.training.cluster.model.Names;
import io.mlaas.training.cluster.model.TrainingJob;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One term of office: from the moment this instance is elected to the moment it is not any more. Informers say what to look
 * at; the reconciler looks itself. One thread does everything, so that two decisions about one quota cannot cross.
 */
class Operator implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Operator.class);
    private static final String EVERY_QUEUED = "";
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration FAREWELL = Duration.ofSeconds(10);

    private final KubernetesClient client;
    private final String namespace;
    private final ClusterObjects objects;
    private final Reconciler reconciler;
    private final OperatorMeters meters;
    private final Duration resync;
    private final WorkQueue queue = new WorkQueue();
    private final Map<String, Integer> troubles = new HashMap<>();
    private List<SharedIndexInformer<?>> informers = List.of();
    private Thread worker = Thread.currentThread();
    private volatile boolean closed;

    Operator(
            KubernetesClient client,
            String namespace,
            ClusterObjects objects,
            Reconciler reconciler,
            OperatorMeters meters,
            Duration resync) {
        this.client = client;
        this.namespace = namespace;
        this.objects = objects;
        this.reconciler = reconciler;
        this.meters = meters;
        this.resync = resync;
    }

    void open() {
        informers = List.of(
                client.resources(TrainingJob.class)
                        .inNamespace(namespace)
                        .inform(new Trigger<>(this::changed), resync.toMillis()),
                client.resources(Job.class)
                        .inNamespace(namespace)
                        .withLabel(Names.MANAGED_BY_LABEL, Names.OPERATOR)
                        .inform(new Trigger<>(job -> queue.add(owner(job))), 0),
                client.resources(Pod.class)
                        .inNamespace(namespace)
                        .withLabel(Names.MANAGED_BY_LABEL, Names.OPERATOR)
                        .inform(new Trigger<>(pod -> queue.add(owner(pod))), 0));
        worker = Thread.ofPlatform().name("training-operator").start(this::work);
    }

    /** One that leaves the queue, or ends, moves those behind it. */
    private void changed(TrainingJob job) {
        queue.add(job.name());
        if (job.status().ended() || job.deleted() || job.getSpec().cancelled()) {
            queue.add(EVERY_QUEUED);
        }
    }

    /** Any change is a reason to look. */
    private record Trigger<T>(Consumer<T> look) implements ResourceEventHandler<T> {
        @Override
        public void onAdd(T added) {
            look.accept(added);
        }

        @Override
        public void onUpdate(T before, T now) {
            look.accept(now);
        }

        @Override
        public void onDelete(T gone, boolean unknown) {
            look.accept(gone);
        }
    }

    private static String owner(HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(Names.JOB_LABEL, "");
    }

    private void work() {
        while (!closed) {
            try {
                String name = queue.take();
                // the reconciliation has its training's name in each line of the log
                try (var ignored = MDC.putCloseable("training", name)) {
                    look(name);
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void look(String name) {
        if (EVERY_QUEUED.equals(name)) {
            lookAtQueued();
            return;
        }
        long began = System.nanoTime();
        String outcome = "ok";
        try {
            Duration again = reconciler.reconcile(name);
            troubles.remove(name);
            if (again != null) {
                queue.add(name, again.compareTo(resync) < 0 ? again : resync);
            }
        } catch (RuntimeException e) {
            if (closed) {
                return;
            }
            outcome = "failed";
            int trouble = troubles.merge(name, 1, Integer::sum);
            Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(10, trouble - 1));
            log.warn("training {} is looked at again: {}", name, e.toString());
            log.debug("the cause", e);
            queue.add(name, pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
        } finally {
            meters.reconciling(outcome).record(Duration.ofNanos(System.nanoTime() - began));
        }
    }

    private void lookAtQueued() {
        try {
            objects.all().stream()
                    .filter(job -> !job.status().ended() && !job.status().running())
                    .forEach(job -> queue.add(job.name()));
        } catch (KubernetesClientException e) {
            if (!closed) {
                log.warn("the queue is looked at again: {}", e.toString());
                queue.add(EVERY_QUEUED, FIRST_PAUSE);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        worker.interrupt();
        informers.forEach(SharedIndexInformer::stop);
        try {
            worker.join(FAREWELL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
