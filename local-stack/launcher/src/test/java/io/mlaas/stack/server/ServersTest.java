package io.mlaas.stack.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.errors.ErrorResponseException;
import io.mlaas.stack.process.Child;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.StackProblem;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real servers, on free ports, each talked to as its clients do. */
class ServersTest {

    private static final Home HOME = Home.find();

    @TempDir
    static Path folder;

    private static PostgresServer postgres;
    private static KafkaServer kafka;
    private static MqttServer mqtt;
    private static S3Server s3;
    private static EvmNode evm;
    private static List<Running> running;

    @BeforeAll
    static void startAll() {
        postgres = new PostgresServer(new PostgresServer.Config(Place.in(HOME, folder, "postgres"), 0, "a password"));
        kafka = new KafkaServer(new KafkaServer.Config(Place.in(HOME, folder, "kafka"), 0, 0));
        mqtt = new MqttServer(new MqttServer.Config(Place.in(HOME, folder, "mqtt"), 0, "operator", "operator's"));
        s3 = new S3Server(new S3Server.Config(Place.in(HOME, folder, "s3"), 0, "admin", "admin-secret"));
        evm = new EvmNode(new EvmNode.Config(Place.in(HOME, folder, "evm"), 0));
        List<CompletableFuture<Running>> starting = List.<Server>of(postgres, kafka, mqtt, s3, evm).stream()
                .map(server -> CompletableFuture.supplyAsync(() -> Running.start(server)))
                .toList();
        running = starting.stream().map(CompletableFuture::join).toList();
    }

    @AfterAll
    static void stopAll() {
        running.parallelStream().forEach(Running::stop);
        assertThat(running)
                .allSatisfy(server -> assertThat(server.child().isAlive()).isFalse());
    }

    @Test
    void postgresRefusesAWrongPasswordAndSyncsWhatItCommits() throws SQLException {
        assertThatThrownBy(() -> DriverManager.getConnection(postgres.jdbcUrl("postgres"), "postgres", "wrong"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
        try (Connection connection = postgres.connect("postgres")) {
            assertThat(value(connection, "show fsync")).isEqualTo("on");
            assertThat(value(connection, "show synchronous_commit")).isEqualTo("on");
            assertThat(value(connection, "show listen_addresses")).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void kafkaDeliversWhatWasSent() {
        Map<String, Object> common = Map.of("bootstrap.servers", kafka.bootstrapServers());
        try (var producer = new KafkaProducer<>(common, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("greetings", "key", "hello"));
        }
        Map<String, Object> reading = Map.of(
                "bootstrap.servers", kafka.bootstrapServers(), "group.id", "test", "auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(reading, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("greetings"));
            String received = "";
            for (int poll = 0; poll < 40 && received.isEmpty(); poll++) {
                for (var message : consumer.poll(Duration.ofMillis(500))) {
                    received = message.value();
                }
            }
            assertThat(received).isEqualTo("hello");
            assertThat(consumer.partitionsFor("greetings")).hasSize(3);
        }
    }

    @Test
    void mqttRefusesWhoeverItDoesNotKnow() throws MqttException {
        assertThatThrownBy(() -> connect("nobody", null, null)).isInstanceOf(MqttException.class);
        assertThatThrownBy(() -> connect("wrong", "operator", "wrong")).isInstanceOf(MqttException.class);
        assertThatThrownBy(() -> connect("device", "device-1", "operator's")).isInstanceOf(MqttException.class);
        MqttClient operator = connect("right", "operator", "operator's");
        assertThat(operator.isConnected()).isTrue();
        operator.disconnect();
        operator.close();
    }

    @Test
    void s3ServesTheAdminAndRefusesOthers() throws Exception {
        MinioClient admin = s3Client("admin", "admin-secret");
        admin.makeBucket(MakeBucketArgs.builder().bucket("things").build());
        byte[] content = "content".getBytes(StandardCharsets.UTF_8);
        admin.putObject(PutObjectArgs.builder().bucket("things").object("a/b").stream(
                        new ByteArrayInputStream(content), (long) content.length, -1L)
                .build());
        try (var in = admin.getObject(
                GetObjectArgs.builder().bucket("things").object("a/b").build())) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
        assertThatThrownBy(() -> s3Client("admin", "wrong")
                        .listObjects(ListObjectsArgs.builder().bucket("things").build())
                        .iterator()
                        .next()
                        .get())
                .isInstanceOf(ErrorResponseException.class);
    }

    @Test
    void evmHasItsChainIdAndNoFundedAccounts() {
        assertThat(rpc(evm, "eth_chainId")).contains("\"0x539\"");
        assertThat(rpc(evm, "eth_accounts")).contains("\"result\":[]");
        assertThat(rpc(evm, "eth_gasPrice")).contains("\"0x0\"");
    }

    @Test
    void aSecondPostgresOnTheSameDataIsTheSameOne() {
        Running again = Running.start(postgres);
        assertThat(again.adopted()).isTrue();
        assertThat(again.pid()).isEqualTo(running.getFirst().pid());
    }

    @Test
    void aTakenPortIsNamedWithItsOwner() {
        var other = new S3Server(new S3Server.Config(
                Place.in(HOME, folder, "s3-second"), s3.ports().get("clients"), "admin", "admin-secret"));
        assertThatThrownBy(() -> Running.start(other))
                .isInstanceOfSatisfying(StackProblem.class, problem -> assertThat(problem.kind())
                        .isEqualTo(StackProblem.Kind.PORT_TAKEN))
                .hasMessageContaining(
                        "port %d (clients) is taken by pid".formatted(s3.ports().get("clients")));
    }

    @Test
    void aRowOutlivesAKilledPostgres() throws SQLException {
        Place place = Place.in(HOME, folder, "killed");
        var server = new PostgresServer(new PostgresServer.Config(place, 0, "another password"));
        Running first = Running.start(server);
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("create table kept (word text)");
            statement.execute("insert into kept values ('still here')");
        }
        first.child().kill();
        assertThat(first.child().awaitExit(Duration.ofSeconds(10))).isTrue();

        try (Running second = Running.start(server);
                Connection connection = server.connect("postgres")) {
            assertThat(second.pid()).isNotEqualTo(first.pid());
            assertThat(value(connection, "select word from kept")).isEqualTo("still here");
        }
    }

    @Test
    void aPostgresOnAnotherPortIsStoppedFirst() {
        Place place = Place.in(HOME, folder, "moved");
        Running first = Running.start(new PostgresServer(new PostgresServer.Config(place, 0, "a third")));
        try (Running second = Running.start(new PostgresServer(new PostgresServer.Config(place, 0, "a third")))) {
            assertThat(second.adopted()).isFalse();
            assertThat(Child.find(first.pid(), first.child().started())).isEmpty();
        }
    }

    private static MinioClient s3Client(String accessKey, String secretKey) {
        return MinioClient.builder()
                .endpoint(s3.url())
                .credentials(accessKey, secretKey)
                .region("us-east-1")
                .build();
    }

    private static MqttClient connect(String id, String name, String password) throws MqttException {
        MqttConnectionOptions options = new MqttConnectionOptions();
        if (name != null) {
            options.setUserName(name);
            options.setPassword(password.getBytes(StandardCharsets.UTF_8));
        }
        MqttClient client = new MqttClient(mqtt.url(), id, new MemoryPersistence());
        client.connect(options);
        return client;
    }

    private static String rpc(EvmNode node, String method) {
        return Http.postJson(
                        node.url(), "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":[]}".formatted(method))
                .orElseThrow();
    }

    private static String value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
