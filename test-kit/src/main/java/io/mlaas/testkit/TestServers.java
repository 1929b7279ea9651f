package io.mlaas.testkit;

import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.StackProblem;
import io.mlaas.stack.server.EvmNode;
import io.mlaas.stack.server.KafkaServer;
import io.mlaas.stack.server.MqttServer;
import io.mlaas.stack.server.Place;
import io.mlaas.stack.server.PostgresServer;
import io.mlaas.stack.server.Running;
import io.mlaas.stack.server.S3Server;
import io.mlaas.stack.server.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.test.context.DynamicPropertyRegistry;

/**
 * The real servers, each started once per test JVM as a child process with data of its own, stopped and removed with
 * the JVM. Call them from a {@code @DynamicPropertySource}.
 */
public final class TestServers {
    public static final String S3_ADMIN_ACCESS_KEY = "test-admin";
    public static final String S3_ADMIN_SECRET_KEY = "test-admin-secret";
    public static final String MQTT_OPERATOR = "operator";
    public static final String MQTT_PASSWORD = "the operator's";
    private static final String PASSWORD = "test";

    private static final Queue<Running> STARTED = new ConcurrentLinkedQueue<>();
    private static final Path DATA = temporary();

    private TestServers() {}

    /** A fresh database with one schema, and the service's datasource properties for it. */
    public static void postgres(DynamicPropertyRegistry registry, String schema) {
        String url = database(schema) + "?currentSchema=" + schema;
        registry.add("spring.datasource.url", () -> url);
        registry.add("spring.datasource.username", () -> PostgresServer.SUPERUSER);
        registry.add("spring.datasource.password", () -> PASSWORD);
    }

    public static void kafka(DynamicPropertyRegistry registry) {
        registry.add("spring.kafka.bootstrap-servers", TestServers::kafkaBootstrap);
    }

    /** A store whose admin sees all, with the properties of model-sharing-service. */
    public static void s3(DynamicPropertyRegistry registry) {
        registry.add("mlaas.sharing.s3.endpoint", () -> S3.STARTED.server().url());
        registry.add("mlaas.sharing.s3.admin-access-key", () -> S3_ADMIN_ACCESS_KEY);
        registry.add("mlaas.sharing.s3.admin-secret-key", () -> S3_ADMIN_SECRET_KEY);
    }

    /** Where the store keeps its objects as files: a bucket is a folder, a key a path below it. */
    public static Path s3Files() {
        return ((S3Server) S3.STARTED.server()).config().place().data();
    }

    public static void evm(DynamicPropertyRegistry registry) {
        registry.add("mlaas.blockchain.rpc-url", () -> Evm.running.server().url());
        registry.add("mlaas.blockchain.chain-id", () -> EvmNode.CHAIN_ID);
    }

    /** The shared node, to be stopped or killed by tests that start it again with {@link #startEvmAgain}. */
    public static Running evmNode() {
        return Evm.running;
    }

    /** The same node, with its data and at its address; tried twice, as a supervisor would. */
    public static Running startEvmAgain() {
        Server node = Evm.running.server();
        try {
            Evm.running = start(node);
        } catch (StackProblem first) {
            System.err.println("the node did not start again and is started once more: " + first.getMessage());
            Evm.running = start(node);
        }
        return Evm.running;
    }

    /** A broker, and the account of the platform there. */
    public static void mqtt(DynamicPropertyRegistry registry) {
        registry.add("mlaas.mqtt.url", () -> Mqtt.running.server().url());
        registry.add("mlaas.mqtt.user-name", () -> MQTT_OPERATOR);
        registry.add("mlaas.mqtt.password", () -> MQTT_PASSWORD);
    }

    /** The shared broker, to be killed by tests that start it again with {@link #startMqttAgain}. */
    public static Running mqttBroker() {
        return Mqtt.running;
    }

    /** The same broker, with its sessions and at its address. */
    public static Running startMqttAgain() {
        Mqtt.running = start(Mqtt.running.server());
        return Mqtt.running;
    }

    /** @param onlineLearning whom the broker asks about those who connect; null: nobody, and so only the operator is let in */
    public static void mqttAsks(@Nullable URI onlineLearning) {
        Mqtt.ASKED.leadsTo(onlineLearning);
    }

    public static String kafkaBootstrap() {
        return ((KafkaServer) Kafka.STARTED.server()).bootstrapServers();
    }

    /** Creates a fresh database with one schema and answers its JDBC URL (user postgres, password test). */
    public static String database(String schema) {
        PostgresServer server = (PostgresServer) Postgres.STARTED.server();
        String name = "test_" + UUID.randomUUID().toString().replace("-", "");
        try {
            try (Connection c = server.connect("postgres");
                    Statement s = c.createStatement()) {
                s.execute("create database " + name);
            }
            try (Connection c = server.connect(name);
                    Statement s = c.createStatement()) {
                s.execute("create schema " + schema);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("no test database", e);
        }
        return server.jdbcUrl(name);
    }

    private static final class Postgres {
        static final Running STARTED =
                start(new PostgresServer(new PostgresServer.Config(place("postgres"), 0, PASSWORD)));
    }

    private static final class Kafka {
        static final Running STARTED = start(new KafkaServer(new KafkaServer.Config(place("kafka"), 0, 0)));
    }

    private static final class S3 {
        static final Running STARTED =
                start(new S3Server(new S3Server.Config(place("s3"), 0, S3_ADMIN_ACCESS_KEY, S3_ADMIN_SECRET_KEY)));
    }

    private static final class Evm {
        static volatile Running running = start(new EvmNode(new EvmNode.Config(place("evm"), 0)));
    }

    private static final class Mqtt {
        static final LateAddress ASKED = new LateAddress();
        static volatile Running running = start(new MqttServer(new MqttServer.Config(
                place("mqtt"),
                0,
                MQTT_OPERATOR,
                MQTT_PASSWORD,
                new MqttServer.Devices(
                        ASKED.url() + "/internal/devices/authenticate",
                        TestIdentity.issuer() + "/protocol/openid-connect/token",
                        "mqtt-broker",
                        "test-secret"))));
    }

    private static Running start(Server server) {
        Running running = Running.start(server);
        STARTED.add(running);
        return running;
    }

    private static void delete(Path folder) {
        try (Stream<Path> below = Files.walk(folder)) {
            for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("test data stays behind in " + folder, e);
        }
    }

    private static Place place(String name) {
        return Place.in(Home.find(), DATA, name);
    }

    private static Path temporary() {
        try {
            Path folder = Files.createTempDirectory("mlaas-test-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                STARTED.forEach(Running::stop);
                delete(folder);
            }));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
