package io.mlaas.training.runner.container;

import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Containers of a Docker or Podman daemon.
 *
 * @param host the daemon's socket
 * @param images what references mean here
 * @param allowed repositories whose images may be named by digest, {@code *} for any characters; none by default
 * @param pull whether images that the daemon does not have are pulled
 * @param user {@code UID:GID} of the programs; by default the service's own, or nobody's if that is root
 * @param userns user namespace mode; {@code keep-id} for a Podman without root
 * @param runtime the OCI runtime, where it is not the daemon's default
 * @param memory of a container, without swap
 * @param tmpSize of {@code /tmp}, which counts as memory
 * @param logLimit how much of a run's output is kept; beyond it, only the end
 * @param stopGrace how long a program may take to end after {@code SIGTERM}
 * @param patience how long a daemon may be away before its runs are given up
 * @param workDirectoryOnHost the work directory as the daemon sees it, where the service is in a container itself
 */
@Validated
@ConfigurationProperties("mlaas.training.container")
record ContainerProperties(
        @DefaultValue("false") boolean enabled,

        @DefaultValue("unix:///var/run/docker.sock") @NotNull
        URI host,

        @DefaultValue List<@Valid Image> images,
        @DefaultValue List<@NotBlank String> allowed,
        @DefaultValue("true") boolean pull,
        @DefaultValue("30m") @NotNull Duration pullTimeout,

        @Nullable @Pattern(regexp = "[1-9][0-9]*:[1-9][0-9]*", message = "must be UID:GID, neither of them 0")
        String user,

        @Nullable String userns,
        @Nullable String runtime,
        @DefaultValue("4GB") @NotNull DataSize memory,
        @DefaultValue("2") @NotNull @DecimalMin("0.1") BigDecimal cpus,
        @DefaultValue("512") @Min(1) long pids,
        @DefaultValue("1GB") @NotNull DataSize tmpSize,
        @DefaultValue("64MB") @NotNull DataSize shmSize,
        @DefaultValue("16MB") @NotNull DataSize logLimit,
        @DefaultValue("10s") @NotNull Duration stopGrace,
        @DefaultValue("5m") @NotNull Duration patience,
        @Nullable Path workDirectoryOnHost) {

    ContainerProperties {
        images = images == null ? List.of() : List.copyOf(images);
        allowed = allowed == null ? List.of() : List.copyOf(allowed);
    }

    /** Where the jobs' directories are. */
    @Validated
    @ConfigurationProperties("mlaas.training")
    record Work(@NotNull Path workDirectory) {}

    /**
     * An image that models name by a reference of the operator's.
     *
     * @param reference by which models name it, e.g. {@code acme/forecast:3}
     * @param image the image by digest ({@code name@sha256:…}) or id ({@code sha256:…})
     * @param command arguments in place of the image's own; empty for those
     * @param environment variables that the program gets beside the job's
     * @param gpus how many it gets; -1 for all
     * @param devices of the Container Device Interface, e.g. {@code nvidia.com/gpu=all}
     */
    record Image(
            @NotBlank String reference,
            @NotBlank String image,
            @DefaultValue List<String> command,
            @DefaultValue Map<String, String> environment,
            @DefaultValue("0") @Min(-1) @Max(64) int gpus,
            @DefaultValue List<@NotBlank String> devices) {

        Image {
            command = command == null ? List.of() : List.copyOf(command);
            environment = environment == null ? Map.of() : Map.copyOf(environment);
            devices = devices == null ? List.of() : List.copyOf(devices);
        }
    }
}
