package io.mlaas.stack.server;

import io.mlaas.stack.process.Child;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.Launch;
import io.mlaas.stack.process.Ports;
import io.mlaas.stack.process.StackProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL cluster that keeps what was committed (fsync on) and asks for a password (SCRAM). */
public final class PostgresServer implements Server {

    public static final String SUPERUSER = "postgres";

    /** Port: 0 chooses a free one. */
    public record Config(Place place, int port, String superuserPassword) {
        public Config {
            port = Ports.orFree(port);
        }

        @Override
        public String toString() {
            return "PostgresServer.Config[port=" + port + "]";
        }
    }

    private final Config config;
    private final Path cluster;

    public PostgresServer(Config config) {
        this.config = config;
        this.cluster = config.place().data().resolve("cluster");
    }

    @Override
    public String name() {
        return "postgres";
    }

    @Override
    public String version() {
        return PostgresBinaries.version();
    }

    @Override
    public Map<String, Integer> ports() {
        return Map.of("clients", config.port());
    }

    @Override
    public String url() {
        return jdbcUrl("postgres");
    }

    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(config.port(), database);
    }

    /** A connection as superuser. */
    public Connection connect(String database) throws SQLException {
        return connect(jdbcUrl(database), config.superuserPassword());
    }

    @Override
    public Path log() {
        return config.place().log();
    }

    @Override
    public Launch prepare() throws IOException {
        config.place().create();
        Path programs = PostgresBinaries.unpacked(config.place().home()).resolve("bin");
        if (!Files.exists(cluster.resolve("PG_VERSION"))) {
            initialise(programs);
        } else if (Postmaster.of(cluster).isEmpty()) {
            awaitOrphanedSessions();
        }
        List<String> command = asOrdinaryUser();
        command.addAll(List.of(
                programs.resolve("postgres").toString(),
                "-D",
                cluster.toString(),
                "-p",
                Integer.toString(config.port()),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "max_connections=120",
                "-c",
                "shared_buffers=64MB",
                "-c",
                "fsync=on",
                "-c",
                "synchronous_commit=on"));
        return new Launch(command, Map.of(), config.place().data(), log(), null);
    }

    @Override
    public boolean answers() {
        return answers(jdbcUrl("postgres"));
    }

    /**
     * A postmaster outlives a killed parent and keeps its data locked. Ours is reused if it serves on the
     * wished port, ended if it serves on another, and refused if it is in no state to be talked to.
     */
    @Override
    public Optional<Child> orphan() {
        Optional<Postmaster> found = Postmaster.of(cluster);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Postmaster postmaster = found.get();
        String url = "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(postmaster.port());
        if (!answers(url)) {
            throw new StackProblem(
                    StackProblem.Kind.FAILED,
                    "postgres: process %d holds %s but does not answer on port %d; stop it with: kill -INT %d"
                            .formatted(
                                    postmaster.child().pid(),
                                    cluster,
                                    postmaster.port(),
                                    postmaster.child().pid()));
        }
        if (postmaster.port() == config.port()) {
            return Optional.of(postmaster.child());
        }
        askToStop(postmaster.child());
        if (!postmaster.child().awaitExit(Duration.ofSeconds(20))) {
            throw new StackProblem(
                    StackProblem.Kind.FAILED,
                    "postgres: process %d of an earlier start does not stop; end it with: kill -INT %d"
                            .formatted(
                                    postmaster.child().pid(), postmaster.child().pid()));
        }
        return Optional.empty();
    }

    /** SIGINT: ends the sessions. SIGTERM would wait for them. */
    @Override
    public void askToStop(Child child) {
        try {
            run(
                    List.of("kill", "-INT", Long.toString(child.pid())),
                    config.place().data(),
                    Duration.ofSeconds(5));
        } catch (IOException e) {
            child.terminate();
        }
    }

    /**
     * The sessions of a postmaster that was killed hold its shared memory until they notice; PostgreSQL
     * does not start before. Those that do not notice, because they compute, are ended.
     */
    private void awaitOrphanedSessions() {
        for (Child session : Child.workingIn(cluster)) {
            if (!session.awaitExit(Duration.ofSeconds(5))) {
                session.kill();
                session.awaitExit(Duration.ofSeconds(5));
            }
        }
    }

    private boolean answers(String url) {
        try (Connection connection = connect(url, config.superuserPassword())) {
            return connection.isValid(2);
        } catch (SQLException notYet) {
            return false;
        }
    }

    private static Connection connect(String url, String password) throws SQLException {
        DriverManager.setLoginTimeout(5);
        return DriverManager.getConnection(url, SUPERUSER, password);
    }

    private void initialise(Path programs) throws IOException {
        Path making = config.place().data().resolve("cluster.new");
        Unpacked.delete(making);
        Path password = config.place().data().resolve("superuser.password");
        PrivateFile.write(password, config.superuserPassword() + "\n");
        try {
            List<String> command = asOrdinaryUser();
            command.addAll(List.of(
                    programs.resolve("initdb").toString(),
                    "-D",
                    making.toString(),
                    "-U",
                    SUPERUSER,
                    "--pwfile=" + password,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--data-checksums"));
            run(command, config.place().data(), Duration.ofMinutes(2));
        } finally {
            Files.deleteIfExists(password);
        }
        Unpacked.move(making, cluster);
    }

    /** PostgreSQL refuses to run as root; in a user namespace of its own it does not see that it does. */
    private static List<String> asOrdinaryUser() {
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            Path unshare = Home.onPath("unshare")
                    .orElseThrow(
                            () -> new StackProblem(
                                    StackProblem.Kind.PREREQUISITE_MISSING,
                                    "postgres: does not run as root without unshare (install util-linux, or use another user)"));
            command.addAll(List.of(unshare.toString(), "-U"));
        }
        return command;
    }

    private static void run(List<String> command, Path directory, Duration timeout) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IOException("%s: still running after %s".formatted(command.getFirst(), timeout));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new IOException(e);
        }
        if (process.exitValue() != 0) {
            String hint = said.contains("unshare failed")
                    ? " (as root PostgreSQL needs user namespaces: sysctl user.max_user_namespaces=10000, or use another user)"
                    : "";
            throw new IOException("%s: exit status %d: %s%s".formatted(command, process.exitValue(), said, hint));
        }
    }

    /** The living process that a cluster's {@code postmaster.pid} names. */
    private record Postmaster(Child child, int port) {

        static Optional<Postmaster> of(Path cluster) {
            List<String> lines = lines(cluster.resolve("postmaster.pid"));
            if (lines == null || lines.size() < 4) {
                return Optional.empty();
            }
            // A stale file's number may by now be anybody's; PostgreSQL itself removes such a file.
            return Child.find(Long.parseLong(lines.get(0).strip()))
                    .filter(child -> child.commandLine().contains(cluster.toString()))
                    .map(child ->
                            new Postmaster(child, Integer.parseInt(lines.get(3).strip())));
        }

        private static @Nullable List<String> lines(Path file) {
            try {
                return Files.exists(file) ? Files.readAllLines(file) : null;
            } catch (IOException gone) {
                return null;
            }
        }
    }
}
