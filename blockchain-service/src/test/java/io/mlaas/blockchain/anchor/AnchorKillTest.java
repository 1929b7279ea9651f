package io.mlaas.blockchain.anchor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.blockchain.RunningService;
import io.mlaas.provenance.merkle.InclusionProof;
import io.mlaas.testkit.TestIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.web3j.abi.EventEncoder;
import tools.jackson.databind.JsonNode;

/** Two instances of the service share a database and a chain; one of them is killed in the middle of its batches. */
class AnchorKillTest extends RunningService {
    private static final List<String> SHARED = List.of(
            "spring.datasource.url",
            "spring.datasource.username",
            "spring.datasource.password",
            "mlaas.security.issuer",
            "mlaas.security.client-secret",
            "mlaas.blockchain.master-key-file",
            "mlaas.blockchain.rpc-url",
            "mlaas.blockchain.chain-id");

    private static final String ANCHORED = EventEncoder.buildEventSignature("Anchored(uint64,bytes32,uint64)");

    @TempDir
    private Path folder;

    @Autowired
    private Environment environment;

    @Test
    void noLeafIsLostOrDoubledWhenAnInstanceIsKilled() throws Exception {
        int port = freePort();
        Process other = start(port);
        try {
            await().atMost(Duration.ofSeconds(120)).until(() -> answers(port));
            Random random = new Random(7);
            List<String> accepted = new ArrayList<>();
            // It makes batches of 20: about one is under way at any moment.
            while (accepted.size() < 150) {
                List<String> digests =
                        Stream.generate(() -> digest(random)).limit(10).toList();
                giveTo(port, digests);
                accepted.addAll(digests);
            }
            other.destroyForcibly();

            Map<String, Integer> leaves = new HashMap<>();
            for (String digest : accepted) {
                InclusionProof proof = awaitProof(digest);
                leaves.merge(proof.root() + proof.logIndex(), 1, Integer::sum);
            }
            assertThat(leaves).hasSize(accepted.size()).containsValue(1).doesNotContainValue(2);
            assertThat(jdbc.sql("select count(*) from anchor_batch where anchored_at is null")
                            .query(Integer.class)
                            .single())
                    .isZero();
            JsonNode anchored = rpcResult(
                    "eth_getLogs", Map.of("fromBlock", "0x0", "toBlock", "latest", "topics", List.of(ANCHORED)));
            List<String> roots = new ArrayList<>();
            anchored.forEach(log -> roots.add(log.path("topics").path(2).asString()));
            assertThat(roots).doesNotHaveDuplicates();
        } finally {
            other.destroyForcibly();
        }
    }

    private Process start(int port) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.mlaas.blockchain.BlockchainApplication",
                "--server.port=" + port,
                "--mlaas.blockchain.anchors.batch-leaves=20",
                "--mlaas.blockchain.anchors.batch-age=100ms"));
        for (String property : SHARED) {
            command.add("--" + property + "=" + environment.getProperty(property));
        }
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private boolean answers(int port) {
        try {
            return exchange(at(port).get()
                                    .uri("/anchors/none?organization_id=" + TestIdentity.ACME)
                                    .header("Authorization", "Bearer " + REGISTRY))
                            .status()
                    == 404;
        } catch (RuntimeException notYet) {
            return false;
        }
    }

    private void giveTo(int port, List<String> digests) {
        String body = JSON.writeValueAsString(Map.of(
                "items",
                digests.stream()
                        .map(digest -> Map.of(
                                "organization_id",
                                TestIdentity.ACME,
                                "kind",
                                "DATASET",
                                "asset_id",
                                UUID.randomUUID(),
                                "digest",
                                digest))
                        .toList()));
        Answer answer = exchange(at(port).post()
                .uri("/anchors")
                .contentType(MediaType.APPLICATION_JSON)
                .header("Authorization", "Bearer " + REGISTRY)
                .body(body));
        assertThat(answer.status()).isEqualTo(202);
    }

    private static RestTestClient at(int port) {
        return RestTestClient.bindToServer().baseUrl("http://127.0.0.1:" + port).build();
    }

    private InclusionProof awaitProof(String digest) {
        String path = "/anchors/" + digest + "?organization_id=" + TestIdentity.ACME;
        await().atMost(Duration.ofSeconds(60))
                .until(() -> get(path, REGISTRY).text("state").equals("ANCHORED"));
        InclusionProof proof = InclusionProof.parse(
                JSON.writeValueAsBytes(get(path, REGISTRY).body().path("proof")));
        proof.verify();
        return proof;
    }

    private static String digest(Random random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
