package io.mlaas.training.runner.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Device;
import com.github.dockerjava.api.model.DeviceRequest;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Ulimit;
import com.github.dockerjava.api.model.Volume;
import io.mlaas.training.runner.Run;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The container of a run: without network, capabilities and new privileges, its root file system read-only, its memory,
 * processors and processes limited. It sees the job's inputs, its output directory and a {@code /tmp} of its own.
 *
 * @param user {@code UID:GID}
 */
record ContainerSpec(Run run, Images.Allowed image, ContainerProperties properties, String user) {
    static final String INPUT = "/mlaas/input";
    static final String OUTPUT = "/mlaas/output";
    static final String JOB = "io.mlaas.job";
    static final String RUN = "io.mlaas.run";
    static final String DIRECTORY = "io.mlaas.directory";

    private static final String TMP = "/tmp";
    private static final long OPEN_FILES = 4096;
    // of the user on the whole machine; what a container may have is its limit of processes
    private static final long PROCESSES_OF_THE_USER = 4096;
    // the daemon's own copy: the job's log is brought up to its limit long before this one is cut
    private static final long LEAST_KEPT = 64L << 20;
    private static final long KEPT_OF_A_LOG = 16;
    private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000L);

    static String name(Run run) {
        return "mlaas-" + run.jobId() + "-" + run.number();
    }

    /** By which the containers of a work directory are found again. */
    static String directory(Path workDirectory) {
        return workDirectory.toAbsolutePath().normalize().toString();
    }

    CreateContainerCmd in(DockerClient client) {
        CreateContainerCmd command = client.createContainerCmd(image.pinned().reference())
                .withName(name(run))
                .withUser(user)
                .withEnv(variables().entrySet().stream()
                        .map(variable -> variable.getKey() + "=" + variable.getValue())
                        .toList())
                .withLabels(labels())
                .withTty(false)
                .withAttachStdin(false)
                .withStdinOpen(false)
                .withNetworkDisabled(true)
                .withHostConfig(hostConfig());
        List<String> arguments = image.settings().command();
        return arguments.isEmpty() ? command : command.withCmd(arguments);
    }

    /** The same in every run. */
    static Map<String, String> ofThePlatform(Images.Allowed image) {
        Map<String, String> variables = new TreeMap<>();
        variables.put("OMP_NUM_THREADS", "1");
        variables.put("MKL_NUM_THREADS", "1");
        // relaxed binding gives keys of a map in lower case
        image.settings().environment().forEach((name, value) -> variables.put(Run.variable(name), value));
        variables.put("HOME", TMP);
        return variables;
    }

    Map<String, String> variables() {
        Map<String, String> variables = ofThePlatform(image);
        variables.putAll(run.variables(INPUT, OUTPUT));
        return variables;
    }

    Map<String, String> labels() {
        return Map.of(
                JOB, run.jobId().toString(),
                RUN, Integer.toString(run.number()),
                DIRECTORY, directory(workDirectory()));
    }

    HostConfig hostConfig() {
        HostConfig config = HostConfig.newHostConfig()
                .withNetworkMode("none")
                .withReadonlyRootfs(true)
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges"))
                .withPrivileged(false)
                .withRestartPolicy(RestartPolicy.noRestart())
                .withBinds(
                        new Bind(onHost(run.workspace().input()), new Volume(INPUT), AccessMode.ro),
                        new Bind(onHost(run.workspace().output()), new Volume(OUTPUT), AccessMode.rw))
                .withTmpFs(Map.of(
                        TMP,
                        "rw,nosuid,nodev,mode=1777,size=" + properties.tmpSize().toBytes()))
                .withShmSize(properties.shmSize().toBytes())
                .withMemory(properties.memory().toBytes())
                .withMemorySwap(properties.memory().toBytes())
                .withNanoCPUs(properties.cpus().multiply(NANOS).longValue())
                .withPidsLimit(properties.pids())
                .withUlimits(List.of(
                        new Ulimit("nofile", OPEN_FILES, OPEN_FILES),
                        new Ulimit("nproc", PROCESSES_OF_THE_USER, PROCESSES_OF_THE_USER),
                        new Ulimit("core", 0L, 0L)))
                .withLogConfig(new LogConfig(
                        LogConfig.LoggingType.JSON_FILE,
                        Map.of(
                                "max-size",
                                Long.toString(Math.max(
                                        LEAST_KEPT,
                                        KEPT_OF_A_LOG * properties.logLimit().toBytes())),
                                "max-file",
                                "1")))
                .withDeviceRequests(deviceRequests())
                .withDevices(devices());
        if (properties.userns() != null) {
            config.withUsernsMode(properties.userns());
        }
        if (properties.runtime() != null) {
            config.withRuntime(properties.runtime());
        }
        return config;
    }

    private List<DeviceRequest> deviceRequests() {
        List<DeviceRequest> requests = new ArrayList<>();
        if (image.settings().gpus() != 0) {
            requests.add(
                    new DeviceRequest().withCount(image.settings().gpus()).withCapabilities(List.of(List.of("gpu"))));
        }
        return requests;
    }

    private List<Device> devices() {
        List<Device> devices = new ArrayList<>();
        image.settings().devices().forEach(name -> devices.add(new Device("rwm", name, name)));
        return devices;
    }

    private Path workDirectory() {
        return Objects.requireNonNull(run.workspace().root().getParent());
    }

    private String onHost(Path path) {
        Path outside = properties.workDirectoryOnHost();
        return (outside == null ? path : outside.resolve(workDirectory().relativize(path))).toString();
    }
}
