package io.mlaas.training.runner.container;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ulimit;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * A Podman of the tests' own: its storage, its socket and its process are in a temporary directory and go with it. The image
 * is made of the machine's static busybox, so that no registry is needed.
 */
final class ContainerDaemon implements AutoCloseable {
    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final List<String> TOOLS = List.of(
            "sh", "cp", "env", "sort", "sleep", "echo", "seq", "cat", "id", "ls", "grep", "touch", "tail", "true");
    // where Podman's first choice of a runtime does not run
    private static final String OTHER_RUNTIME = """
            [engine]
            runtime = "runc"
            """;

    private final Path folder;
    private final List<Path> settings;
    private Process process;
    private String image = "";

    private ContainerDaemon(Path folder, List<Path> settings) {
        this.folder = folder;
        this.settings = settings;
    }

    /** Nothing where no Podman is installed that runs containers. */
    static Optional<ContainerDaemon> start() throws IOException {
        boolean installed = Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "podman")));
        if (!installed || !Files.isExecutable(BUSYBOX)) {
            return Optional.empty();
        }
        Path folder = Files.createTempDirectory("podman");
        Path other = Files.writeString(folder.resolve("containers.conf"), OTHER_RUNTIME);
        for (List<Path> settings : List.of(List.<Path>of(), List.of(other))) {
            ContainerDaemon daemon = new ContainerDaemon(folder, settings);
            daemon.up();
            if (daemon.works()) {
                return Optional.of(daemon);
            }
            daemon.down();
        }
        delete(folder);
        return Optional.empty();
    }

    URI host() {
        return URI.create("unix://" + folder.resolve("podman.sock"));
    }

    /** The id of an image with a shell. */
    String image() {
        return image;
    }

    void up() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(podman("system", "service", "--time=0", host().toString()))
                // its monitors leave notes where they are started
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("podman.log").toFile());
        settings.forEach(file -> builder.environment().put("CONTAINERS_CONF", file.toString()));
        process = builder.start();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            try (DockerClient client = client()) {
                client.pingCmd().exec();
                return true;
            } catch (RuntimeException e) {
                return !process.isAlive();
            }
        });
    }

    /** Ends the daemon; containers go on. */
    void down() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    DockerClient client() {
        return DockerClientImpl.getInstance(
                DefaultDockerClientConfig.createDefaultConfigBuilder()
                        .withDockerHost(host().toString())
                        .build(),
                new ZerodepDockerHttpClient.Builder().dockerHost(host()).build());
    }

    private boolean works() throws IOException {
        try (DockerClient client = client()) {
            Path root = Files.write(folder.resolve("root.tar"), rootFileSystem());
            run(podman("import", root.toString(), "mlaas-test:1"));
            image = client.inspectImageCmd("mlaas-test:1").exec().getId();
            image = image.startsWith("sha256:") ? image : "sha256:" + image;
            String probe = client.createContainerCmd(image)
                    .withCmd("true")
                    .withHostConfig(HostConfig.newHostConfig()
                            .withNetworkMode("none")
                            .withUlimits(
                                    List.of(new Ulimit("nofile", 4096L, 4096L), new Ulimit("nproc", 4096L, 4096L))))
                    .exec()
                    .getId();
            client.startContainerCmd(probe).exec();
            client.removeContainerCmd(probe).withForce(true).exec();
            return true;
        } catch (RuntimeException e) {
            System.out.println("podman runs no containers with " + settings + ": " + e.getMessage());
            return false;
        }
    }

    private static byte[] rootFileSystem() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (String directory :
                    List.of("bin/", "tmp/", "mlaas/input/", "mlaas/output/", "etc/", "proc/", "sys/", "dev/")) {
                TarArchiveEntry entry = new TarArchiveEntry(directory);
                entry.setMode(directory.equals("tmp/") ? 041777 : 040755);
                tar.putArchiveEntry(entry);
                tar.closeArchiveEntry();
            }
            byte[] program = Files.readAllBytes(BUSYBOX);
            TarArchiveEntry busybox = new TarArchiveEntry("bin/busybox");
            busybox.setSize(program.length);
            busybox.setMode(0100755);
            tar.putArchiveEntry(busybox);
            tar.write(program);
            tar.closeArchiveEntry();
            byte[] users =
                    "root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n".getBytes(StandardCharsets.US_ASCII);
            TarArchiveEntry passwd = new TarArchiveEntry("etc/passwd");
            passwd.setSize(users.length);
            tar.putArchiveEntry(passwd);
            tar.write(users);
            tar.closeArchiveEntry();
            for (String tool : TOOLS) {
                TarArchiveEntry link = new TarArchiveEntry("bin/" + tool, TarConstants.LF_SYMLINK);
                link.setLinkName("busybox");
                tar.putArchiveEntry(link);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private List<String> podman(String... arguments) {
        return Stream.concat(
                        Stream.of(
                                "podman",
                                "--root=" + folder.resolve("root"),
                                "--runroot=" + folder.resolve("run"),
                                "--tmpdir=" + folder.resolve("tmp")),
                        Stream.of(arguments))
                .toList();
    }

    @Override
    public void close() throws IOException {
        run(podman("rm", "--all", "--force", "--time=0"));
        run(podman("rmi", "--all", "--force"));
        down();
        delete(folder);
    }

    private static void delete(Path folder) throws IOException {
        run(List.of("rm", "-rf", folder.toString()));
    }

    private static void run(List<String> command) throws IOException {
        try {
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
