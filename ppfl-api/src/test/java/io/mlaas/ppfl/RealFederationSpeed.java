package io.mlaas.ppfl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Seconds and bytes of a round of ten client processes, by how updates are hidden. No test: bench/federated/real.sh runs it. */
class RealFederationSpeed extends RunningService {
    private static final int CLIENTS = 10;
    private static final int SAMPLES = 140;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            digits-softmax | {}
            digits-softmax | {"secure_aggregation": {"threshold": 7}}
            digits-softmax | {"homomorphic_encryption": true}
            digits-softmax | {"homomorphic_encryption": true, "clipping": {"kind": "fixed", "norm": 1.2}}
            digits-cnn | {}
            digits-cnn | {"secure_aggregation": {"threshold": 7}}
            digits-cnn | {"homomorphic_encryption": true}
            """)
    void rounds(String network, String privacy) throws Exception {
        Answer made = post("/federations", """
                {"name": "speed", "engine": "fedavg",
                 "topology": {"mode": "real", "clients": %d, "quorum": 8, "rounds": 4, "round_timeout_seconds": 300},
                 "privacy": %s, "training": {"local_epochs": 8, "batch": 16, "learning_rate": 0.2},
                 "model": {"net_name": "%s"}, "data": {"test": 0.2}, "seed": 7}
                """.formatted(CLIENTS, privacy, network));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        String id = made.body().path("id").asString();
        List<ClientProcess> clients = new ArrayList<>();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                String name = "client-%02d".formatted(i);
                String kit = post("/federations/" + id + "/participants", "{\"name\": \"%s\"}".formatted(name))
                        .text();
                clients.add(ClientProcess.start(folder, name, kit, i * SAMPLES, (i + 1) * SAMPLES));
            }
            JsonNode ended = await().atMost(Duration.ofMinutes(8))
                    .until(() -> get("/federations/" + id).body(), found -> Set.of("SUCCEEDED", "FAILED")
                            .contains(found.path("state").asString()));
            assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("SUCCEEDED");
            System.out.println("SPEED " + network + " " + privacy);
            ended.path("rounds")
                    .forEach(round -> System.out.printf(
                            "SPEED   round %d: %.2f s, %,d bytes up, %,d down, accuracy %.3f%n",
                            round.path("round").asInt(),
                            round.path("seconds").asDouble(),
                            round.path("bytes_up").asLong(),
                            round.path("bytes_down").asLong(),
                            round.path("accuracy").asDouble()));
        } finally {
            clients.forEach(ClientProcess::close);
        }
    }
}
