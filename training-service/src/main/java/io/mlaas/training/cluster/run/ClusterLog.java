package io.mlaas.training.cluster.run;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mlaas.training.workspace.JobLog;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies what a training's pods write into the job's log as it grows, each line once, also when the service dies in between:
 * the position is noted after the lines, and lines beyond the noted end of the log are written again.
 */
final class ClusterLog {
    private static final Logger log = LoggerFactory.getLogger(ClusterLog.class);
    private static final String JOB_LABEL = "mlaas.io/training-job";
    private static final String RANK = "batch.kubernetes.io/job-completion-index";
    private static final List<String> CONTAINERS = List.of("fetch", "train", "node", "main", "register");

    private final KubernetesClient client;
    private final String namespace;

    ClusterLog(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** Where a run's log is copied to, and where the position is noted. */
    record Target(Path log, Path note) {}

    void copy(String training, Target target) throws IOException {
        LogPosition position = LogPosition.read(target.note());
        truncate(target.log(), position);
        for (Pod pod : pods(training)) {
            for (ContainerStatus container : containers(pod)) {
                position = copy(pod, container, target, position);
            }
        }
    }

    private LogPosition copy(Pod pod, ContainerStatus container, Target target, LogPosition position)
            throws IOException {
        String key = pod.getMetadata().getUid() + "/" + container.getName();
        LogPosition.Source source = position.of(key);
        ContainerState state = container.getState();
        if (source.done() || state == null || (state.getRunning() == null && state.getTerminated() == null)) {
            return position;
        }
        boolean ended = state.getTerminated() != null;
        Optional<String> text = read(pod, container.getName(), source);
        if (text.isEmpty()) {
            return position;
        }
        StringBuilder fresh = new StringBuilder();
        LogPosition.Source next = source.readOn(text.get(), fresh);
        if (next.equals(source) && !ended) {
            return position;
        }
        append(target.log(), fresh.toString());
        LogPosition moved = position.with(key, ended ? next.complete() : next, Files.size(target.log()));
        moved.write(target.note());
        return moved;
    }

    private Optional<String> read(Pod pod, String container, LogPosition.Source source) {
        // asked directly: the client's own getLog waits for the pod to become ready, which one that ended never does
        String path =
                "/api/v1/namespaces/" + namespace + "/pods/" + pod.getMetadata().getName() + "/log?container="
                        + container + "&timestamps=true"
                        + (source.time().isEmpty() ? "" : "&sinceTime=" + source.time());
        try {
            return Optional.ofNullable(client.raw(path));
        } catch (KubernetesClientException e) {
            // its node does not answer, or the pod is just going: what was read until now stays
            log.info(
                    "the log of pod {} cannot be read now: {}",
                    pod.getMetadata().getName(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    /** The training's pods in the order in which they were made; of workers that train together, the first. */
    private List<Pod> pods(String training) {
        return client.pods().inNamespace(namespace).withLabel(JOB_LABEL, training).list().getItems().stream()
                .filter(pod -> "0".equals(labels(pod).getOrDefault(RANK, "0")))
                .filter(pod -> pod.getStatus() != null)
                .sorted(Comparator.comparing(
                                (Pod pod) -> String.valueOf(pod.getMetadata().getCreationTimestamp()))
                        .thenComparing(pod -> pod.getMetadata().getName()))
                .toList();
    }

    private static Map<String, String> labels(Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        return labels == null ? Map.of() : labels;
    }

    private static List<ContainerStatus> containers(Pod pod) {
        return Stream.concat(
                        pod.getStatus().getInitContainerStatuses().stream(),
                        pod.getStatus().getContainerStatuses().stream())
                .filter(status -> CONTAINERS.contains(status.getName()))
                .toList();
    }

    private static void truncate(Path file, LogPosition position) throws IOException {
        if (position.end() >= 0 && Files.exists(file) && Files.size(file) > position.end()) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(position.end());
            }
        }
    }

    private static void append(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** The lines of the platform's own containers, as they are in the job's log. */
    static Optional<String> told(Path log, String what) throws IOException {
        if (!Files.exists(log)) {
            return Optional.empty();
        }
        String begin = JobLog.PLATFORM + what;
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith(begin))
                    .map(line -> new String(
                            line.substring(begin.length()).getBytes(StandardCharsets.ISO_8859_1),
                            StandardCharsets.UTF_8))
                    .reduce((first, second) -> second);
        }
    }
}
