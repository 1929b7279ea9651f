package io.mlaas.stack.server;

import io.mlaas.realm.RealmDocument;
import io.mlaas.realm.RealmUpdate;
import io.mlaas.stack.process.Jvm;
import io.mlaas.stack.process.Launch;
import io.mlaas.stack.process.Ports;
import io.mlaas.stack.process.StackProblem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Keycloak with the realm {@code mlaas}: the companies acme and globex, their people, the platform's
 * services. It keeps its state in a PostgreSQL database that must exist.
 */
public final class KeycloakServer implements Server {

    public static final String REALM = "mlaas";

    private static final String ADMINISTRATOR = "mlaas-bootstrap";

    /** The services, and the broker, that have an account of their own in the realm. */
    public static final List<String> SERVICES = List.of(
            "model-sharing-service",
            "training-service",
            "translation-service",
            "online-learning-service",
            "monitoring-service",
            "ppfl-api",
            "blockchain-service",
            "gateway-service",
            "mqtt-broker");

    /**
     * Ports: 0 chooses a free one.
     *
     * @param clientSecrets by client id, one for each of {@link #SERVICES}
     */
    public record Config(
            Place place,
            int port,
            int managementPort,
            String jdbcUrl,
            String databaseUser,
            String databasePassword,
            String adminPassword,
            Map<String, String> clientSecrets) {
        public Config {
            port = Ports.orFree(port);
            managementPort = Ports.orFree(managementPort);
            clientSecrets = Map.copyOf(clientSecrets);
            for (String service : SERVICES) {
                if (!clientSecrets.containsKey(service)) {
                    throw new IllegalArgumentException(
                            "clientSecrets: no %s (expected: one for each of %s)".formatted(service, SERVICES));
                }
            }
        }

        @Override
        public String toString() {
            return "KeycloakServer.Config[port=" + port + "]";
        }
    }

    private final Config config;
    private final KeycloakDistribution distribution;

    public KeycloakServer(Config config) {
        this.config = config;
        this.distribution = new KeycloakDistribution(config.place().home());
    }

    @Override
    public String name() {
        return "keycloak";
    }

    @Override
    public String version() {
        return distribution.version();
    }

    @Override
    public Map<String, Integer> ports() {
        Map<String, Integer> ports = new LinkedHashMap<>();
        ports.put("clients", config.port());
        ports.put("management", config.managementPort());
        return ports;
    }

    @Override
    public String url() {
        return "http://127.0.0.1:" + config.port();
    }

    public String issuer() {
        return url() + "/realms/" + REALM;
    }

    public String jwksUri() {
        return issuer() + "/protocol/openid-connect/certs";
    }

    public String tokenUri() {
        return issuer() + "/protocol/openid-connect/token";
    }

    @Override
    public Path log() {
        return config.place().log();
    }

    @Override
    public Duration patience() {
        return Duration.ofMinutes(4);
    }

    @Override
    public Launch prepare() throws IOException {
        config.place().create();
        Path home = distribution.built();
        Path imported = Files.createDirectories(home.resolve("data").resolve("import"));
        Files.writeString(imported.resolve("mlaas-realm.json"), realm());
        List<String> command = Jvm.command(
                384,
                "-Dkc.config.built=true",
                "-Dkc.home.dir=" + home,
                "-Djboss.server.config.dir=" + home.resolve("conf"),
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
                        + "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
                "-Dpicocli.disable.closures=true",
                "-Duser.language=en",
                "-Duser.country=US",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
                "--add-opens=java.base/java.security=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-cp",
                home.resolve("lib").resolve("quarkus-run.jar").toString(),
                "io.quarkus.bootstrap.runner.QuarkusEntryPoint",
                "start",
                "--optimized",
                "--import-realm",
                "--cache=local",
                "--http-enabled=true",
                "--http-host=127.0.0.1",
                "--http-port=" + config.port(),
                "--http-management-port=" + config.managementPort(),
                "--hostname=" + url(),
                "--db-pool-min-size=1",
                "--db-pool-initial-size=1",
                "--db-pool-max-size=10");
        return new Launch(command, environment(), config.place().data(), log(), null);
    }

    @Override
    public boolean answers() {
        return Http.status("http://127.0.0.1:%d/health/ready".formatted(config.managementPort())) == 200
                && Http.status(issuer() + "/.well-known/openid-configuration") == 200;
    }

    /**
     * Adds to the realm of a running server what it lacks, if an older version's document was imported: only into an empty
     * database is one imported whole.
     *
     * @return what was added, a line each
     * @throws io.mlaas.realm.RealmProblem where it could not be done
     */
    public List<String> updateRealm() {
        return new RealmUpdate(URI.create(url()), ADMINISTRATOR, config.adminPassword())
                .apply(RealmDocument.of(realm()), config.clientSecrets()::get);
    }

    static String realm() {
        try (InputStream realm = KeycloakServer.class.getResourceAsStream("/realm/mlaas-realm.json")) {
            if (realm == null) {
                throw new StackProblem(StackProblem.Kind.FAILED, "keycloak: the realm file is not on the classpath");
            }
            return new String(realm.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The variable that carries a client's secret into the realm file. */
    static String secretVariable(String clientId) {
        return "MLAAS_CLIENT_SECRET_" + clientId.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("KC_DB_URL", config.jdbcUrl());
        environment.put("KC_DB_USERNAME", config.databaseUser());
        environment.put("KC_DB_PASSWORD", config.databasePassword());
        environment.put("KC_BOOTSTRAP_ADMIN_USERNAME", ADMINISTRATOR);
        environment.put("KC_BOOTSTRAP_ADMIN_PASSWORD", config.adminPassword());
        config.clientSecrets().forEach((client, secret) -> environment.put(secretVariable(client), secret));
        return environment;
    }
}
