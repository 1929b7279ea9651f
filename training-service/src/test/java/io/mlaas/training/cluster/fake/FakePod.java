package io.mlaas.training.cluster.fake;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A pod on its node: containers one after another, each a local process with its volumes as directories. */
class FakePod {
    private final KubernetesClient client;
    private final Pod pod;
    private final Path directory;
    private final Map<String, List<String>> images;
    private final Instant started = Instant.now();
    private final List<Container> sequence = new ArrayList<>();
    private final List<FakeContainer> begun = new ArrayList<>();
    private boolean tooLong;

    FakePod(KubernetesClient client, Pod pod, Path directory, Map<String, List<String>> images) {
        this.client = client;
        this.pod = pod;
        this.directory = directory;
        this.images = images;
        sequence.addAll(pod.getSpec().getInitContainers());
        sequence.addAll(pod.getSpec().getContainers());
    }

    /** Goes on as far as it can, and tells how it stands. */
    PodStatus look() {
        String obstacle = null;
        enforceDeadline();
        FakeContainer current = begun.isEmpty() ? null : begun.getLast();
        if (current != null) {
            current.look();
        }
        boolean goesOn = current == null || Integer.valueOf(0).equals(current.exitCode());
        if (goesOn && begun.size() < sequence.size() && !tooLong) {
            obstacle = begin(sequence.get(begun.size()));
        }
        return status(obstacle);
    }

    private void enforceDeadline() {
        Long deadline = pod.getSpec().getActiveDeadlineSeconds();
        if (deadline != null && Instant.now().isAfter(started.plusSeconds(deadline)) && !ended()) {
            tooLong = true;
            stop();
        }
    }

    private boolean ended() {
        return !begun.isEmpty()
                && begun.getLast().exitCode() != null
                && (begun.getLast().exitCode() != 0 || begun.size() == sequence.size());
    }

    /** @return why it cannot begin */
    private @Nullable String begin(Container container) {
        if (!images.containsKey(container.getImage())) {
            return Duration.between(started, Instant.now()).toMillis() < 100 ? "ErrImagePull" : "ImagePullBackOff";
        }
        for (Volume volume : pod.getSpec().getVolumes()) {
            if (!ready(volume)) {
                return "ContainerCreating";
            }
        }
        begun.add(new FakeContainer(
                container,
                this::mounted,
                directory.resolve("pods").resolve(pod.getMetadata().getName()),
                images.get(container.getImage())));
        return null;
    }

    private boolean ready(Volume volume) {
        if (volume.getPersistentVolumeClaim() != null) {
            return client.persistentVolumeClaims()
                            .inNamespace(pod.getMetadata().getNamespace())
                            .withName(volume.getPersistentVolumeClaim().getClaimName())
                            .get()
                    != null;
        }
        return volume.getSecret() == null || secret(volume) != null;
    }

    private @Nullable Secret secret(Volume volume) {
        return client.secrets()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(volume.getSecret().getSecretName())
                .get();
    }

    /** The directory that a container sees at a mount's path. */
    private Path mounted(String name, @Nullable String subPath) {
        Volume volume = pod.getSpec().getVolumes().stream()
                .filter(candidate -> name.equals(candidate.getName()))
                .findFirst()
                .orElseThrow();
        Path root = volume.getPersistentVolumeClaim() == null
                ? directory.resolve("pods").resolve(pod.getMetadata().getName()).resolve("volume-" + name)
                : directory
                        .resolve("volumes")
                        .resolve(volume.getPersistentVolumeClaim().getClaimName());
        Path path = subPath == null || subPath.isEmpty() ? root : root.resolve(subPath);
        try {
            Files.createDirectories(path);
            if (volume.getSecret() != null) {
                write(path, secret(volume));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return path;
    }

    private static void write(Path path, Secret secret) throws IOException {
        if (secret.getStringData() != null) {
            for (Map.Entry<String, String> entry : secret.getStringData().entrySet()) {
                Files.writeString(path.resolve(entry.getKey()), entry.getValue());
            }
        }
        if (secret.getData() != null) {
            for (Map.Entry<String, String> entry : secret.getData().entrySet()) {
                Files.write(
                        path.resolve(entry.getKey()),
                        Base64.getDecoder().decode(entry.getValue().getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    private PodStatus status(@Nullable String obstacle) {
        // before the containers' states: one that ends in between has its exit code when the pod has failed
        String phase = phase();
        int inits = pod.getSpec().getInitContainers().size();
        List<ContainerStatus> statuses = new ArrayList<>();
        for (int i = 0; i < sequence.size(); i++) {
            ContainerState state = i < begun.size()
                    ? begun.get(i).state()
                    : waiting(i == begun.size() && obstacle != null ? obstacle : "PodInitializing");
            statuses.add(new ContainerStatusBuilder()
                    .withName(sequence.get(i).getName())
                    .withImage(sequence.get(i).getImage())
                    .withImageID("")
                    .withReady(state.getRunning() != null)
                    .withRestartCount(0)
                    .withState(state)
                    .build());
        }
        return new PodStatusBuilder()
                .withPhase(phase)
                .withReason(tooLong ? "DeadlineExceeded" : null)
                .withMessage(tooLong ? "Pod was active on the node longer than the specified deadline" : null)
                .withStartTime(FakeContainer.time(started))
                .withConditions(
                        pod.getStatus() == null ? List.of() : pod.getStatus().getConditions())
                .withInitContainerStatuses(statuses.subList(0, inits))
                .withContainerStatuses(statuses.subList(inits, statuses.size()))
                .build();
    }

    private String phase() {
        if (tooLong) {
            return "Failed";
        }
        if (ended()) {
            return begun.getLast().exitCode() == 0 ? "Succeeded" : "Failed";
        }
        return begun.size() > pod.getSpec().getInitContainers().size() ? "Running" : "Pending";
    }

    private static ContainerState waiting(String reason) {
        return new ContainerStateBuilder()
                .withNewWaiting()
                .withReason(reason)
                .withMessage(reason.contains("Image") ? "Back-off pulling image" : null)
                .endWaiting()
                .build();
    }

    /** A signal, and another one that cannot be caught. */
    void stop() {
        begun.forEach(FakeContainer::stop);
    }

    void kill() {
        begun.forEach(FakeContainer::kill);
    }
}
