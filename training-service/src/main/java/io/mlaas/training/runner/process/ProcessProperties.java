package io.mlaas.training.runner.process;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Local processes.
 *
 * @param path {@code PATH} of the programs
 * @param logLimit how much of a run's output is kept; beyond it, only the end
 * @param stopGrace how long a program may take to end after {@code SIGTERM}
 */
@Validated
@ConfigurationProperties("mlaas.training.process")
record ProcessProperties(
        @DefaultValue("/usr/local/bin:/usr/bin:/bin") @NotBlank
        String path,

        @DefaultValue("16MB") @NotNull DataSize logLimit,
        @DefaultValue("10s") @NotNull Duration stopGrace,
        @Valid @DefaultValue @NotNull Limits limits) {

    /** Resource limits of a program and each process that it starts; what is absent is not limited. */
    record Limits(
            @Nullable Duration cpuTime,
            @Nullable DataSize fileSize,
            @DefaultValue("4096") @Positive @Nullable Integer openFiles,
            @Positive @Nullable Integer processes,
            @Nullable DataSize addressSpace) {

        /** As options of util-linux' {@code prlimit}. */
        List<String> options() {
            List<String> options = new ArrayList<>(List.of("--core=0"));
            if (cpuTime != null) {
                options.add("--cpu=" + Math.max(1, cpuTime.toSeconds()));
            }
            if (fileSize != null) {
                options.add("--fsize=" + fileSize.toBytes());
            }
            if (openFiles != null) {
                options.add("--nofile=" + openFiles);
            }
            if (processes != null) {
                options.add("--nproc=" + processes);
            }
            if (addressSpace != null) {
                options.add("--as=" + addressSpace.toBytes());
            }
            return options;
        }
    }

    /**
     * What references mean on this machine.
     *
     * @param workDirectory of the jobs; what watches programs is kept beside them
     */
    @Validated
    @ConfigurationProperties("mlaas.training")
    record Images(
            @DefaultValue List<@Valid Image> images,
            @NotNull Path workDirectory) {}

    /**
     * A training image that is a local program.
     *
     * @param reference by which models name it, e.g. {@code mlaas/trainer:1}
     * @param command the program and its arguments
     * @param files the files and directories whose content is the image: its digest covers them
     * @param environment variables that the program gets beside the job's
     */
    record Image(
            @NotBlank String reference,
            @NotEmpty List<@NotBlank String> command,
            @NotEmpty List<@NotNull Path> files,
            @DefaultValue Map<String, String> environment) {

        Image {
            // unbound lists are null before validation gets to say so
            command = command == null ? List.of() : List.copyOf(command);
            files = files == null ? List.of() : List.copyOf(files);
            environment = environment == null ? Map.of() : Map.copyOf(environment);
        }
    }
}
