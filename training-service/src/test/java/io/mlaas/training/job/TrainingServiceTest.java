package io.mlaas.training.job;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.TestServers;
import io.mlaas.training.TrainingApplication;
import io.mlaas.training.registry.FakeRegistry;
import io.mlaas.training.runner.Runners;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.json.JsonMapper;

/** The service on a real PostgreSQL and a real Kafka, with a fake registry and small shell programs as images. */
@SpringBootTest(classes = TrainingApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
abstract class TrainingServiceTest {
    static final String DATASET = "a,b\n1,2\n";
    static final FakeRegistry REGISTRY = registry();
    static final Path WORK = directory("mlaas-training-test-work");
    static final Path IMAGES = directory("mlaas-training-test-images");

    /** Counts its starts beside the job's directory; waits for the file {@code go}; then writes a model. */
    static final String WAITS = """
            echo run >> "$HOME/../starts-$MLAAS_JOB_ID"
            echo '##mlaas {"epoch":1,"epochs":2,"loss":0.5}'
            echo waiting
            while [ ! -e "$HOME/../go-$MLAAS_MODEL_ID" ]; do sleep 0.02; done
            echo going on
            printf model > "$MLAAS_OUTPUT_DIR/model.pt"
            """;

    private static final Map<String, String> PROGRAMS = new LinkedHashMap<>();

    static {
        PROGRAMS.put("test/trains:1", """
                echo '##mlaas {"epoch":1,"epochs":2,"loss":0.9}'
                echo '##mlaas {"epoch":2,"epochs":2,"loss":0.4,"accuracy":0.97}'
                cat "$MLAAS_INPUT_DIR"/dataset/* "$MLAAS_INPUT_DIR/dataset.json" "$MLAAS_INPUT_DIR"/model/* \\
                    > "$MLAAS_OUTPUT_DIR/model.pt"
                echo "seed $MLAAS_PARAM_SEED"
                echo '{"accuracy":0.97,"seed":42,"versions":{"libtorch":"2.7.1"}}' > "$MLAAS_OUTPUT_DIR/metrics.json"
                """);
        PROGRAMS.put("test/fails:1", """
                echo '##mlaas {"error":"layer dense_2: 64 inputs (expected: 32)"}'
                exit 3
                """);
        PROGRAMS.put("test/writes-nothing:1", "echo nothing");
        PROGRAMS.put("test/waits:1", WAITS);
        PROGRAMS.putAll(GuiltyPrograms.all());
    }

    @DynamicPropertySource
    static void properties(DynamicPropertyRegistry registry) throws IOException {
        TestIdentity.register(registry);
        TestServers.postgres(registry, "training");
        TestServers.kafka(registry);
        registry.add("mlaas.services.model-sharing", REGISTRY::url);
        registry.add("mlaas.training.work-directory", WORK::toString);
        registry.add("mlaas.training.poll-interval", () -> "50ms");
        registry.add("mlaas.training.heartbeat", () -> "100ms");
        registry.add("mlaas.training.retry.first-delay", () -> "20ms");
        registry.add("mlaas.training.retry.limit", () -> "3");
        registry.add("mlaas.training.process.stop-grace", () -> "500ms");
        int number = 0;
        for (var program : PROGRAMS.entrySet()) {
            String image = "mlaas.training.images[" + number + "].";
            Path file = Files.writeString(IMAGES.resolve(number + ".sh"), program.getValue());
            registry.add(image + "reference", program::getKey);
            registry.add(image + "command[0]", () -> "sh");
            registry.add(image + "command[1]", file::toString);
            registry.add(image + "files[0]", file::toString);
            number++;
        }
    }

    @Autowired
    JdbcClient jdbc;

    @Autowired
    Dispatcher dispatcher;

    @Autowired
    Runners runners;

    @Autowired
    MeterRegistry meters;

    @Autowired
    private KafkaTemplate<String, String> kafka;

    @Autowired
    private JsonMapper json;

    @LocalServerPort
    int port;

    /** The capacity is one: what a test left running would hold the next one up. */
    @AfterEach
    void endWhatIsLeft() {
        jdbc.sql("update training_job set state = 'CANCELLED', ended_at = now() where state = 'QUEUED'")
                .update();
        jdbc.sql("update training_job set cancelled_by = 'test' where state in ('PREPARING', 'TRAINING')")
                .update();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> jdbc.sql(
                                        "select count(*) from training_job where state in ('PREPARING', 'TRAINING', 'REGISTERING')")
                                .query(Integer.class)
                                .single()
                        == 0);
    }

    /** Registers a model of the company. */
    TrainingRequested model(String image, UUID organization) {
        return model(image, organization, FakeRegistry.sha256(DATASET.getBytes(StandardCharsets.UTF_8)));
    }

    TrainingRequested model(String image, UUID organization, String datasetSha256) {
        TrainingRequested order = new TrainingRequested(
                UUID.randomUUID(),
                organization,
                TestIdentity.ACME_SCIENTIST,
                UUID.randomUUID(),
                image,
                runners.image(image).map(i -> i.sha256()).orElse("0".repeat(64)),
                Map.of("seed", "42"),
                datasetSha256,
                "../numbers.csv",
                Map.of("samples_dimension", "(2)"),
                "network.json",
                FakeRegistry.sha256("{}".getBytes(StandardCharsets.UTF_8)));
        REGISTRY.add(order, DATASET, "{}");
        return order;
    }

    /** The registry asks for the training. */
    UUID request(TrainingRequested order) {
        CloudEvent<TrainingRequested> event = CloudEvent.of(
                "/model-sharing-service",
                RegistryEvents.TRAINING_REQUESTED,
                order.modelId(),
                order.organizationId(),
                order);
        send(json.writeValueAsString(event));
        return order.modelId();
    }

    void send(String event) {
        kafka.send(Topics.REGISTRY, "key", event).join();
    }

    UUID train(String image) {
        return request(model(image, TestIdentity.ACME));
    }

    String eventOf(TrainingRequested order) {
        return json.writeValueAsString(CloudEvent.of(
                "/model-sharing-service",
                RegistryEvents.TRAINING_REQUESTED,
                order.modelId(),
                order.organizationId(),
                order));
    }

    void awaitState(UUID model, JobState state) {
        await().alias(model + " " + state)
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> states(model).equals(List.of(state.name())));
    }

    /** Of the model's jobs, oldest first. */
    List<String> states(UUID model) {
        return jdbc.sql("select state from training_job where model_id = :model order by queue_number")
                .param("model", model)
                .query(String.class)
                .list();
    }

    UUID jobOf(UUID model) {
        return jdbc.sql("select id from training_job where model_id = :model order by queue_number desc limit 1")
                .param("model", model)
                .query(UUID.class)
                .single();
    }

    void go(UUID model) {
        try {
            Files.writeString(WORK.resolve("go-" + model), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How often the waiting program was started. */
    List<String> starts(UUID model) throws IOException {
        return Files.readAllLines(WORK.resolve("starts-" + jobOf(model)));
    }

    List<String> events(UUID model) {
        return jdbc.sql("""
                select replace(payload::json ->> 'type', 'io.mlaas.training.', '') from outbox_event
                where key = :model order by sequence
                """)
                .param("model", model.toString())
                .query(String.class)
                .list();
    }

    RestTestClient as(String token) {
        return RestTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + port)
                .defaultHeader("Authorization", "Bearer " + token)
                .build();
    }

    RestTestClient acme() {
        return as(TestIdentity.acmeScientist());
    }

    private static FakeRegistry registry() {
        try {
            return new FakeRegistry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path directory(String name) {
        try {
            Path directory = Files.createTempDirectory(name);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    org.springframework.util.FileSystemUtils.deleteRecursively(directory);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
