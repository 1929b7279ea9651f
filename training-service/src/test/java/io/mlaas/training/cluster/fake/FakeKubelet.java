package io.mlaas.training.cluster.fake;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Plays scheduler and kubelets of two nodes, one of which may be lost. */
public class FakeKubelet implements AutoCloseable {
    private static final Map<String, String> LABELS = Map.of("kubernetes.io/os", "linux");

    private final KubernetesClient client;
    private final Path directory;
    private final Map<String, List<String>> images = new ConcurrentHashMap<>();
    private final Map<String, FakePod> pods = new ConcurrentHashMap<>();
    private final Map<String, Boolean> evicted = new ConcurrentHashMap<>();
    private final Map<String, Boolean> lost = new ConcurrentHashMap<>();

    FakeKubelet(KubernetesClient client, Path directory) {
        this.client = client;
        this.directory = directory;
    }

    void knows(String image, List<String> entrypoint) {
        images.put(image, entrypoint);
    }

    void evict(String pod) {
        evicted.put(pod, true);
    }

    void loseNodeOf(String pod) {
        lost.put(pod, true);
    }

    /** Nothing if there is no such container, or it has not begun. */
    @Nullable
    String log(String pod, String container) {
        Path file = directory.resolve("pods").resolve(pod).resolve(container + ".log");
        try {
            return Files.exists(file) ? Files.readString(file) : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void act() {
        for (Pod pod : client.pods().list().getItems()) {
            String phase = FakeJobController.phase(pod);
            boolean ended = "Succeeded".equals(phase) || "Failed".equals(phase);
            String name = pod.getMetadata().getName();
            if (lost.containsKey(name)) {
                loseNode(pod);
            } else if (pod.getMetadata().getDeletionTimestamp() != null) {
                terminate(pod, ended);
            } else if (!ended && pod.getSpec().getNodeName() == null) {
                schedule(pod);
            } else if (!ended) {
                run(pod);
            }
        }
    }

    private void schedule(Pod pod) {
        String obstacle = obstacle(pod);
        if (obstacle == null) {
            client.resource(pod).edit(old -> {
                old.getSpec()
                        .setNodeName("node-"
                                + (1 + Math.floorMod(old.getMetadata().getName().hashCode(), 2)));
                return old;
            });
            return;
        }
        if (condition(pod, "PodScheduled") == null) {
            write(pod, status -> status.getConditions().add(of("PodScheduled", "False", "Unschedulable", obstacle)));
        }
    }

    private static @Nullable String obstacle(Pod pod) {
        if (!LABELS.entrySet().containsAll(pod.getSpec().getNodeSelector().entrySet())) {
            return "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.";
        }
        for (Container container : pod.getSpec().getContainers()) {
            for (Map.Entry<String, Quantity> limit :
                    container.getResources().getLimits().entrySet()) {
                if (limit.getKey().contains("/")) {
                    return "0/2 nodes are available: 2 Insufficient " + limit.getKey() + ".";
                }
            }
        }
        return null;
    }

    private void run(Pod pod) {
        String name = pod.getMetadata().getName();
        FakePod run = pods.computeIfAbsent(name, ignored -> new FakePod(client, pod, directory, images));
        if (evicted.containsKey(name)) {
            run.kill();
            write(pod, status -> {
                status.setPhase("Failed");
                status.setReason("Evicted");
                status.setMessage("The node was low on resource: memory.");
                status.getConditions()
                        .add(of(
                                "DisruptionTarget",
                                "True",
                                "TerminationByKubelet",
                                "The node was low on resource: memory."));
            });
            return;
        }
        PodStatus next = run.look();
        if (!next.equals(pod.getStatus())) {
            write(pod, status -> {
                status.setPhase(next.getPhase());
                status.setReason(next.getReason());
                status.setMessage(next.getMessage());
                status.setStartTime(next.getStartTime());
                status.setInitContainerStatuses(next.getInitContainerStatuses());
                status.setContainerStatuses(next.getContainerStatuses());
            });
        }
    }

    /** A signal, the exit code in the status, and then the pod is gone. */
    private void terminate(Pod pod, boolean ended) {
        FakePod run = pods.get(pod.getMetadata().getName());
        if (run != null && !ended) {
            run.stop();
            PodStatus last = run.look();
            write(pod, status -> {
                status.setPhase("Failed");
                status.setContainerStatuses(last.getContainerStatuses());
            });
        }
        forget(pod);
        client.resource(pod).edit(old -> {
            old.getMetadata().setFinalizers(List.of());
            return old;
        });
    }

    private void forget(Pod pod) {
        pods.remove(pod.getMetadata().getName());
        try {
            org.springframework.util.FileSystemUtils.deleteRecursively(
                    directory.resolve("pods").resolve(pod.getMetadata().getName()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its processes die unseen; the pod is marked for deletion and stays so, as nobody confirms its end. */
    private void loseNode(Pod pod) {
        FakePod run = pods.remove(pod.getMetadata().getName());
        if (run == null) {
            return;
        }
        run.kill();
        write(pod, status -> status.getConditions()
                .add(of(
                        "DisruptionTarget",
                        "True",
                        "DeletionByTaintManager",
                        "Taint manager: deleting due to NoExecute taint")));
        client.resource(pod).delete();
    }

    private void write(Pod pod, java.util.function.Consumer<PodStatus> change) {
        client.resource(pod).editStatus(old -> {
            if (old.getStatus() == null) {
                old.setStatus(new PodStatus());
            }
            old.getStatus().setConditions(new ArrayList<>(old.getStatus().getConditions()));
            change.accept(old.getStatus());
            return old;
        });
    }

    private static @Nullable PodCondition condition(Pod pod, String type) {
        return pod.getStatus().getConditions().stream()
                .filter(c -> type.equals(c.getType()))
                .findFirst()
                .orElse(null);
    }

    private static PodCondition of(String type, String holds, String reason, String message) {
        return new PodConditionBuilder()
                .withType(type)
                .withStatus(holds)
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(FakeJobController.now())
                .build();
    }

    @Override
    public void close() {
        pods.values().forEach(FakePod::kill);
    }
}
