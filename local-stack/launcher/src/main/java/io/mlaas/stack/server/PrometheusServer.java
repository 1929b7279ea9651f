package io.mlaas.stack.server;

import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.Launch;
import io.mlaas.stack.process.Ports;
import io.mlaas.stack.process.StackProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Prometheus, where the machine has it: it reads every service's metrics and evaluates the rules that are shipped. */
public final class PrometheusServer implements Server {

    /** What is shipped for every Prometheus, this one too; a file of it is copied beside the configuration. */
    public static final String RULES = "deploy/prometheus/mlaas.rules.yml";

    private static final String DEBIAN = "debian";
    private static final String RETENTION = "15d";
    private static final Pattern VERSION = Pattern.compile("version ([0-9][0-9.]*)");

    /**
     * Port: 0 chooses a free one.
     *
     * @param program the executable
     * @param targets what is read: a host and port by the name of the service
     * @param everySeconds how often it is read
     */
    public record Config(Place place, int port, Path program, Map<String, String> targets, int everySeconds) {
        public Config {
            port = Ports.orFree(port);
            targets = Map.copyOf(targets);
        }
    }

    private final Config config;
    private final String version;

    public PrometheusServer(Config config) {
        this.config = config;
        this.version = version(config.program());
    }

    /** The one that {@code MLAAS_PROMETHEUS} names, {@value #DEBIAN} for Debian's package, else the one on the PATH. */
    public static Optional<Path> program(Home home) {
        String told = System.getenv("MLAAS_PROMETHEUS");
        if (told == null || told.isBlank()) {
            return Home.onPath("prometheus");
        }
        if (told.equals(DEBIAN)) {
            return Optional.of(ofDebian(home));
        }
        Path path = Path.of(told);
        if (!Files.isExecutable(path)) {
            throw new StackProblem(
                    StackProblem.Kind.PREREQUISITE_MISSING,
                    "MLAAS_PROMETHEUS: %s (expected: an executable prometheus, or debian)".formatted(told));
        }
        return Optional.of(path);
    }

    static Path ofDebian(Home home) {
        try {
            return DebianPackage.programs(home, "prometheus").resolve("prometheus");
        } catch (IOException e) {
            throw new StackProblem(
                    StackProblem.Kind.FAILED, "Debian's prometheus cannot be laid out: " + e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return "prometheus";
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public Map<String, Integer> ports() {
        return Map.of("http", config.port());
    }

    @Override
    public String url() {
        return "http://127.0.0.1:" + config.port();
    }

    @Override
    public Path log() {
        return config.place().log();
    }

    @Override
    public Launch prepare() throws IOException {
        config.place().create();
        Path data = config.place().data();
        Files.copy(
                config.place().home().root().resolve(RULES),
                data.resolve("mlaas.rules.yml"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Path file = data.resolve("prometheus.yml");
        Files.writeString(file, configuration());
        List<String> command = List.of(
                config.program().toString(),
                "--config.file=" + file,
                "--storage.tsdb.path=" + data.resolve("tsdb"),
                "--storage.tsdb.retention.time=" + RETENTION,
                "--web.listen-address=127.0.0.1:" + config.port());
        return new Launch(command, Map.of(), data, log(), "Server is ready to receive web requests.");
    }

    private String configuration() {
        StringBuilder text = new StringBuilder("""
                global:
                  scrape_interval: %1$ds
                  evaluation_interval: %1$ds
                rule_files: [mlaas.rules.yml]
                scrape_configs:
                """.formatted(config.everySeconds()));
        new TreeMap<>(config.targets()).forEach((service, address) -> text.append("""
                - job_name: %s
                  metrics_path: /actuator/prometheus
                  static_configs: [{targets: ['%s']}]
                """.formatted(service, address)));
        return text.toString();
    }

    @Override
    public boolean answers() {
        return Http.status(url() + "/-/ready") == 200;
    }

    private static String version(Path program) {
        try {
            Process process = new ProcessBuilder(program.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(10, TimeUnit.SECONDS);
            Matcher found = VERSION.matcher(said);
            return found.find() ? found.group(1) : "";
        } catch (IOException e) {
            throw new StackProblem(
                    StackProblem.Kind.PREREQUISITE_MISSING, program + ": does not run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
