package io.mlaas.stack.supervise;

import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.Jvm;
import io.mlaas.stack.process.Launch;
import io.mlaas.stack.server.Http;
import io.mlaas.stack.server.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** One of the platform's services: its executable jar in a process of its own. */
final class ServiceProgram implements Server {

    /**
     * @param name short name, also of its port
     * @param module folder and artifact
     * @param ports the one of HTTP is named {@code http}
     * @param megabytes heap
     * @param environment asked when it is started
     */
    record Definition(
            String name,
            String module,
            Map<String, Integer> ports,
            int megabytes,
            Supplier<Map<String, String>> environment) {

        int port() {
            return Objects.requireNonNull(ports.get("http"), "http");
        }
    }

    private final Home home;
    private final Path log;
    private final Definition definition;

    ServiceProgram(Home home, Path log, Definition definition) {
        this.home = home;
        this.log = log;
        this.definition = definition;
    }

    @Override
    public String name() {
        return definition.name();
    }

    @Override
    public String version() {
        return BootJar.of(home, definition.module()).version();
    }

    @Override
    public Map<String, Integer> ports() {
        return definition.ports();
    }

    @Override
    public String url() {
        return "http://127.0.0.1:" + definition.port();
    }

    @Override
    public Path log() {
        return log;
    }

    @Override
    public Duration patience() {
        return Duration.ofMinutes(3);
    }

    /** A process that is still recording for {@link StartUpCache} writes the recording when it stops. */
    @Override
    public Duration graceToStop() {
        return Duration.ofSeconds(45);
    }

    @Override
    public Launch prepare() throws IOException {
        StartUpCache cache = startUpCache();
        List<String> command = Jvm.command(definition.megabytes());
        command.addAll(cache.options());
        command.addAll(List.of("-jar", cache.application().toString()));
        Path directory = Files.createDirectories(home.state().resolve("data").resolve(definition.name()));
        return new Launch(command, definition.environment().get(), directory, log, null);
    }

    StartUpCache startUpCache() throws IOException {
        BootJar jar = BootJar.of(home, definition.module());
        Path folder = jar.laidOut(home.cache().resolve("services"));
        return new StartUpCache(folder, jar.applicationIn(folder));
    }

    @Override
    public boolean answers() {
        return Http.status(url() + "/actuator/health/readiness") == 200;
    }
}
