package io.mlaas.training.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mlaas.training.cluster.model.Names;
import io.mlaas.training.cluster.model.TrainJobs;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What trainings' programs write, as long as their pods exist. */
public class TrainingLogs {
    private static final Logger log = LoggerFactory.getLogger(TrainingLogs.class);
    private static final int LONGEST_LINE = 4000;
    private static final int NOT_FOUND = 404;
    private static final int BAD_REQUEST = 400;

    private final KubernetesClient client;
    private final String namespace;

    TrainingLogs(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** The numbers of the attempts whose pods exist, the first one first. */
    public List<Integer> attempts(String training) {
        return pods(training).stream()
                .map(TrainingLogs::attempt)
                .distinct()
                .sorted()
                .toList();
    }

    /** All that the program of an attempt wrote up to now; nothing if its pod is gone or has not begun. */
    public Optional<String> log(String training, int attempt) {
        return pod(training, attempt).flatMap(pod -> read(pod, Integer.MAX_VALUE));
    }

    /** The last lines that the program of an attempt wrote. */
    public List<String> tail(String training, int attempt, int lines) {
        return pod(training, attempt)
                .flatMap(pod -> read(pod, lines))
                .map(text -> text.lines()
                        .map(line -> line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE))
                        .toList())
                .orElse(List.of());
    }

    private Optional<String> read(Pod pod, int lines) {
        try {
            // asked directly: the client's own getLog waits for the pod to become ready, which one that ended never
            // does
            String path = "/api/v1/namespaces/" + namespace + "/pods/"
                    + pod.getMetadata().getName() + "/log?container=";
            return Optional.ofNullable(client.raw(path + container(pod) + "&tailLines=" + lines));
        } catch (KubernetesClientException e) {
            // the container has not begun, or the pod went away just now
            if (e.getCode() == NOT_FOUND || e.getCode() == BAD_REQUEST) {
                return Optional.empty();
            }
            // its node does not answer: the training's end does not depend on its log
            log.warn("the log of pod {} cannot be read: {}", pod.getMetadata().getName(), e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<Pod> pod(String training, int attempt) {
        return pods(training).stream()
                .filter(pod -> attempt(pod) == attempt)
                .filter(TrainingLogs::leads)
                .max(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()));
    }

    private List<Pod> pods(String training) {
        return client.pods()
                .inNamespace(namespace)
                .withLabels(Map.of(Names.JOB_LABEL, training, Names.STEP_LABEL, Names.TRAIN))
                .list()
                .getItems();
    }

    /** Of several workers, worker 0 tells how the training goes. */
    private static boolean leads(Pod pod) {
        String index = pod.getMetadata().getLabels().get(Names.WORKER_LABEL);
        return index == null || "0".equals(index);
    }

    private static String container(Pod pod) {
        return pod.getSpec().getContainers().stream()
                .map(Container::getName)
                .filter(Set.of(TrainJobs.NODE, "main")::contains)
                .findFirst()
                .orElse(Names.TRAIN);
    }

    private static int attempt(Pod pod) {
        return Integer.parseInt(pod.getMetadata().getLabels().get(Names.ATTEMPT_LABEL));
    }
}
