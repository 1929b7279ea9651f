package io.mlaas.training.runner.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.ResponseItem;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import io.mlaas.api.sharing.TrainingRecord.Platform;
import io.mlaas.training.runner.FailureReason;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is asked of a Docker or Podman daemon. */
final class Daemon implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int NO_SUCH_FILE = 127;
    private static final int CONNECTIONS = 64;
    private static final int LONGEST = 300;

    /**
     * A container, as the daemon has it.
     *
     * @param status {@code created}, {@code running}, {@code exited} …
     */
    record State(String status, int exitCode, boolean outOfMemory) {

        /** Podman says "configured" or "initialized" of some that Docker calls "created". */
        boolean waits() {
            return List.of("created", "configured", "initialized").contains(status);
        }

        boolean ended() {
            return List.of("exited", "dead", "stopped").contains(status);
        }
    }

    /** Of a container: what it is called, and what it says of itself. */
    record Found(String id, String name, Map<String, String> labels) {}

    private final URI host;
    private final DockerClient client;

    Daemon(URI host) {
        this.host = host;
        this.client = DockerClientImpl.getInstance(
                DefaultDockerClientConfig.createDefaultConfigBuilder()
                        .withDockerHost(host.toString())
                        .withDockerTlsVerify(false)
                        .build(),
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(host)
                        .connectionTimeout(CONNECT)
                        .maxConnections(CONNECTIONS)
                        .build());
    }

    Optional<State> find(String name) throws DaemonException {
        return ask(() -> {
            try {
                ContainerState state = client.inspectContainerCmd(name).exec().getState();
                Long code = state.getExitCodeLong();
                return Optional.of(new State(
                        String.valueOf(state.getStatus()).toLowerCase(Locale.ROOT),
                        code == null ? 0 : code.intValue(),
                        Boolean.TRUE.equals(state.getOOMKilled())));
            } catch (NotFoundException e) {
                return Optional.empty();
            }
        });
    }

    /** What it says of its machine, without the processor. */
    Platform platform() throws DaemonException {
        return ask(() -> {
            Info info = client.infoCmd().exec();
            return new Platform(
                    String.valueOf(info.getOperatingSystem()),
                    info.getKernelVersion(),
                    String.valueOf(info.getArchitecture()),
                    null,
                    List.of(),
                    info.getNCPU());
        });
    }

    boolean hasImage(PinnedImage image) throws DaemonException {
        return ask(() -> {
            try {
                client.inspectImageCmd(image.reference()).exec();
                return true;
            } catch (NotFoundException e) {
                return false;
            }
        });
    }

    void pull(PinnedImage image, Duration timeout) throws RefusedException, IOException {
        PullErrors errors = new PullErrors();
        try {
            boolean done = client.pullImageCmd(image.reference())
                    .exec(errors)
                    .awaitCompletion(timeout.toSeconds(), TimeUnit.SECONDS);
            if (!done) {
                throw notPulled(image, "it took longer than " + timeout.toMinutes() + " minutes", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while an image was pulled", e);
        } catch (RuntimeException e) {
            throw notPulled(image, oneLine(e), e);
        }
        String error = errors.error;
        if (error != null) {
            throw notPulled(image, error, null);
        }
    }

    private static RefusedException notPulled(PinnedImage image, String why, @Nullable Exception cause) {
        return new RefusedException(
                FailureReason.IMAGE_PULL_FAILED,
                "the image " + image.reference() + " could not be pulled: " + why,
                cause);
    }

    /** A pull's answer is a stream of what happens: errors are in it, not in its status. */
    private static final class PullErrors extends ResultCallback.Adapter<PullResponseItem> {
        private volatile @Nullable String error;

        @Override
        public void onNext(PullResponseItem item) {
            ResponseItem.ErrorDetail detail = item.getErrorDetail();
            if (detail != null && detail.getMessage() != null) {
                error = oneLine(detail.getMessage());
            }
        }
    }

    /** Makes the container; one of its name that is there already is the same one. */
    void create(ContainerSpec spec) throws RefusedException, DaemonException {
        try {
            spec.in(client).exec();
        } catch (ConflictException e) {
            return;
        } catch (DockerException e) {
            throw refused(e);
        } catch (RuntimeException e) {
            throw away(e);
        }
    }

    void start(String name) throws RefusedException, DaemonException {
        try {
            client.startContainerCmd(name).exec();
        } catch (NotModifiedException e) {
            return;
        } catch (DockerException e) {
            throw refused(e);
        } catch (RuntimeException e) {
            throw away(e);
        }
    }

    /** Ends it: {@code SIGTERM}, and {@code SIGKILL} after the grace. */
    void stop(String name, Duration grace) throws DaemonException {
        ask(() -> {
            try {
                client.stopContainerCmd(name)
                        .withTimeout((int) Math.max(0, grace.toSeconds()))
                        .exec();
            } catch (NotFoundException | NotModifiedException e) {
                return false;
            }
            return true;
        });
    }

    /** Removes it and its volumes, running or not. */
    void remove(String name) throws DaemonException {
        ask(() -> {
            try {
                client.removeContainerCmd(name)
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec();
            } catch (NotFoundException e) {
                return false;
            }
            return true;
        });
    }

    List<Found> labelled(Map<String, String> labels) throws DaemonException {
        return ask(() -> client.listContainersCmd().withShowAll(true).withLabelFilter(labels).exec().stream()
                .map(Daemon::found)
                .toList());
    }

    /** Both streams of its output from the beginning; ends when it ends, or at once if it is not to be followed. */
    Copy copy(String name, boolean follow, OutputLog log) throws DaemonException {
        try {
            return client.logContainerCmd(name)
                    .withStdOut(true)
                    .withStdErr(true)
                    .withFollowStream(follow)
                    .exec(new Copy(log));
        } catch (RuntimeException e) {
            throw away(e);
        }
    }

    private static Found found(Container container) {
        String name = Stream.of(container.getNames()).findFirst().orElse(container.getId());
        return new Found(
                container.getId(),
                name.startsWith("/") ? name.substring(1) : name,
                Objects.requireNonNullElse(container.getLabels(), Map.of()));
    }

    private <T> T ask(Supplier<T> question) throws DaemonException {
        try {
            return question.get();
        } catch (RuntimeException e) {
            throw away(e);
        }
    }

    private DaemonException away(RuntimeException e) {
        return new DaemonException(
                "the container daemon at " + host + " does not do what it is asked: " + oneLine(e), e);
    }

    /** A program that is not in the image is the image's fault; anything else may be the daemon's. */
    private RefusedException refused(DockerException e) throws DaemonException {
        String said = oneLine(e);
        boolean program = said.contains("executable file") || said.contains("no such file or directory");
        boolean image = e instanceof NotFoundException && said.contains("image");
        if (!program && !image && e.getHttpStatus() != 400) {
            throw away(e);
        }
        return image && !program
                ? new RefusedException(FailureReason.IMAGE_PULL_FAILED, "the image is not there: " + said, e)
                : new RefusedException(
                        FailureReason.INVALID_SPEC,
                        "the image's program cannot be started (exit code " + NO_SUCH_FILE + "): " + said,
                        e);
    }

    private static String oneLine(RuntimeException e) {
        return oneLine(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    }

    private static String oneLine(String said) {
        String line = said.replaceAll("\\s+", " ").strip();
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
