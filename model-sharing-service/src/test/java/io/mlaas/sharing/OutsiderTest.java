package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mlaas.testkit.TestIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code docs/outsider/check.sh}, which checks a model by public tools only: against the running service and a chain that
 * says what the test wants. It needs model_signing from PyPI, which is installed once if it can be.
 */
class OutsiderTest extends AttestedServer {
    private static final Path HOME =
            Path.of(System.getProperty("mlaas.home", "..")).toAbsolutePath().normalize();
    private static final Path TOOLS = HOME.resolve("target/outsider");
    private static final String ZERO = "0".repeat(64);

    /** Answers by the data of calls, as an AnchorRegistry would give them. */
    private final Map<String, String> onChain = new ConcurrentHashMap<>();

    private HttpServer node;

    @TempDir
    Path folder;

    private record Outcome(int exit, String output) {}

    @BeforeEach
    void startNode() throws IOException {
        node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        node.createContext("/", this::answer);
        node.start();
    }

    @AfterEach
    void stopNode() {
        node.stop(0);
    }

    @Test
    void acceptsAGenuineModelAndNamesWhatIsWrongWithEveryOther() throws Exception {
        installTools();
        Trained model = published();
        Path file = Files.write(folder.resolve("model.pt"), model.file());
        String url = "http://127.0.0.1:" + port + "/model/" + model.id() + "/passport";
        ObjectNode passport =
                (ObjectNode) get("/model/" + model.id() + "/passport", null).json();
        anchor(passport);

        Outcome genuine = check(url, file);
        assertThat(genuine.output())
                .contains("GENUINE: the file is the model " + model.id())
                .contains("ok    SHA-256 of the file: " + sha256(model.file()))
                .contains("ok    model_signing: signed by "
                        + notary.signer(TestIdentity.ACME).key().id())
                .contains("ok    commitments -: signed by " + platformKey().id())
                .contains("ok    commitments -: about: " + sha256(model.file()))
                .contains("on the chain: batch, size, block", "ok    verdict ")
                .doesNotContain("FAIL", "OPEN");
        assertThat(genuine.exit()).isZero();
        Outcome unasked = run("true", List.of(url, file.toString()));
        assertThat(unasked.output()).contains("OPEN  the chain was not asked", "INCOMPLETE");
        assertThat(unasked.exit()).isEqualTo(5);

        byte[] other = model.file().clone();
        other[7] ^= 1;
        refuses(url, Files.write(folder.resolve("other.pt"), other), "FAIL  SHA-256 of the file: " + sha256(other));
        tampered(model, passport, file);
        onAnotherChain(url, file, passport);

        send(request("/model/" + model.id() + "/passport", ACME)
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString("{\"published\": false}"))
                        .build())
                .expect(200);
        Outcome withdrawn = check(url, file);
        assertThat(withdrawn.exit()).isEqualTo(4);
        assertThat(withdrawn.output()).contains("STOP  no passport at", "401");
    }

    /** Documents that were kept, each changed in turn. */
    private void tampered(Trained model, ObjectNode passport, Path file) throws Exception {
        String pages = "/model/" + model.id() + "/";
        Map<String, byte[]> documents = new TreeMap<>();
        documents.put("passport.json", JSON.writeValueAsBytes(passport));
        documents.put("model.sig", get(pages + "signature", null).expect(200).body());
        documents.put(
                "commitments.json", get(pages + "provenance", null).expect(200).body());
        JsonNode verdict = get(pages + "reproductions", null).expect(200).json().path(0);
        documents.put(
                "verdict" + verdict.path("reproduction_id").asString() + ".json",
                JSON.writeValueAsBytes(verdict.path("envelope")));
        Outcome kept = check(keep(documents, "kept").toString(), file);
        assertThat(kept.exit()).as(kept.output()).isZero();

        for (String name : documents.keySet()) {
            if (!name.equals("passport.json")) {
                refuses(
                        keep(changed(documents, name, inPayload(documents.get(name))), name)
                                .toString(),
                        file,
                        "FAIL");
            }
        }
        ObjectNode lie = passport.deepCopy();
        ((ObjectNode) lie.path("model")).put("organization_id", TestIdentity.GLOBEX.toString());
        refusesAtOnce(kept(documents, lie, "owner"), file, "FAIL  whose key: " + TestIdentity.ACME);
        lie = passport.deepCopy();
        ((ObjectNode) piece(lie, "file").path("proof")).put("root", "e".repeat(64));
        refusesAtOnce(kept(documents, lie, "root"), file, "the proof does not lead to root " + "e".repeat(64));
        lie = passport.deepCopy();
        ((ObjectNode) piece(lie, "file").path("proof"))
                .put("log_index", piece(lie, "file").at("/proof/tree_size").asInt());
        refusesAtOnce(kept(documents, lie, "index"), file, "FAIL  file -: the proof is malformed");
        lie = passport.deepCopy();
        ((ObjectNode) piece(lie, "file").path("proof"))
                .put("block", piece(lie, "file").at("/proof/block").asLong() + 1);
        refusesAtOnce(kept(documents, lie, "block"), file, "on the chain: batch, size, block");
        lie = passport.deepCopy();
        lie.path("keys").forEach(key -> ((ObjectNode) key)
                .put("public_key", notary.signer(UUID.randomUUID()).key().pem()));
        refusesAtOnce(kept(documents, lie, "keys"), file, "FAIL  fingerprint of a key");
        lie = passport.deepCopy();
        ((ObjectNode) piece(lie, "commitments")).put("path", "x; touch /tmp/x");
        refusesAtOnce(kept(documents, lie, "path"), file, "the document's name is malformed");
        lie = passport.deepCopy();
        ((ObjectNode) piece(lie, "commitments")).remove("proof");
        Outcome open = run("true", List.of(kept(documents, lie, "open"), file.toString(), "--rpc", rpc()));
        assertThat(open.output()).contains("OPEN  commitments -: not anchored yet");
        assertThat(open.exit()).isEqualTo(5);
    }

    /** The same documents, but the chain knows something else. */
    private void onAnotherChain(String url, Path file, JsonNode passport) throws Exception {
        Map<String, String> good = Map.copyOf(onChain);
        String root = piece(passport, "file").at("/proof/root").asString();
        onChain.put("0xaee05732" + root, ZERO.repeat(4));
        refusesAtOnce(url, file, "FAIL  root " + root + ": not on the chain");
        onChain.putAll(good);
        String key = notary.signer(TestIdentity.ACME).key().id();
        onChain.put("0xdf78bce2" + key, ZERO.repeat(3));
        refusesAtOnce(url, file, "FAIL  key " + key + ": not published on the chain");
        onChain.put("0xdf78bce2" + key, key(TestIdentity.GLOBEX, 0));
        refusesAtOnce(url, file, "FAIL  key " + key + " on the chain: organization");
        onChain.put("0xdf78bce2" + key, key(TestIdentity.ACME, 1_000));
        refusesAtOnce(url, file, "FAIL  key " + key + ": revoked at");
        onChain.putAll(good);
        Outcome elsewhere =
                run("true", List.of(url, file.toString(), "--rpc", rpc(), "--registry", "0x" + "12".repeat(20)));
        assertThat(elsewhere.exit()).isEqualTo(1);
        assertThat(elsewhere.output()).contains("said to be in the registry");
        Outcome silent = run("true", List.of(url, file.toString(), "--rpc", "http://127.0.0.1:9"));
        assertThat(silent.exit()).isEqualTo(1);
        assertThat(silent.output()).contains("FAIL  the node at http://127.0.0.1:9 does not answer");
    }

    private Trained published() throws Exception {
        Trained model = trained();
        tell(model, model.record()).expect(204);
        UUID reproduction = UUID.randomUUID();
        judge(model, reproduction, verdict(model, reproduction)).expect(204);
        for (String of :
                List.of("file", "signature", "statement", "commitments", "verdict&reproduction_id=" + reproduction)) {
            ready("/model/" + model.id() + "/proof?of=" + of, ACME);
        }
        send(request("/model/" + model.id() + "/passport", ACME)
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString("{\"published\": true}"))
                        .build())
                .expect(200);
        return model;
    }

    private void refuses(String passport, Path file, String reason) throws Exception {
        requireRefused(check(passport, file), reason);
    }

    private Outcome check(String passport, Path file) throws Exception {
        return run(List.of(passport, file.toString(), "--rpc", rpc()));
    }

    private Outcome run(List<String> arguments) throws Exception {
        return run(TOOLS.resolve("bin/model_signing").toString(), arguments);
    }

    /** With a verifier that has nothing to say, where it is something else that is wrong: the real one takes seconds. */
    private void refusesAtOnce(String passport, Path file, String reason) throws Exception {
        requireRefused(run("true", List.of(passport, file.toString(), "--rpc", rpc())), reason);
    }

    private static void requireRefused(Outcome outcome, String reason) {
        assertThat(outcome.output()).contains(reason, "REFUSED").doesNotContain("GENUINE");
        assertThat(outcome.exit()).isEqualTo(1);
    }

    private Outcome run(String verifier, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("bash", HOME.resolve("docs/outsider/check.sh").toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .put("MODEL_SIGNING", TOOLS.resolve("bin/model_signing").toString());
        return outcome(builder);
    }

    private Outcome outcome(ProcessBuilder builder) throws Exception {
        Path output = folder.resolve("output.txt");
        Process process = builder.redirectOutput(output.toFile()).start();
        try {
            assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Outcome(process.exitValue(), Files.readString(output));
    }

    private void installTools() throws Exception {
        if (!Files.exists(TOOLS.resolve("complete"))) {
            Files.createDirectories(TOOLS);
            Outcome installed = outcome(new ProcessBuilder(
                            "bash",
                            "-c",
                            "python3 -m venv " + TOOLS + " && " + TOOLS
                                    + "/bin/pip install -q --disable-pip-version-check model-signing pyopenssl && touch "
                                    + TOOLS + "/complete")
                    .redirectErrorStream(true));
            assumeTrue(installed.exit() == 0, "model_signing cannot be installed: " + installed.output());
        }
        Outcome tools =
                outcome(new ProcessBuilder("bash", "-c", "command -v curl jq openssl").redirectErrorStream(true));
        assumeTrue(tools.exit() == 0, "curl, jq or openssl is missing");
    }

    private Path keep(Map<String, byte[]> documents, String name) throws IOException {
        Path kept = Files.createDirectories(folder.resolve("kept-" + name));
        for (Map.Entry<String, byte[]> document : documents.entrySet()) {
            Files.write(kept.resolve(document.getKey()), document.getValue());
        }
        return kept;
    }

    private String kept(Map<String, byte[]> documents, JsonNode passport, String name) throws IOException {
        return keep(changed(documents, "passport.json", JSON.writeValueAsBytes(passport)), name)
                .toString();
    }

    private static Map<String, byte[]> changed(Map<String, byte[]> documents, String name, byte[] content) {
        Map<String, byte[]> changed = new TreeMap<>(documents);
        changed.put(name, content);
        return changed;
    }

    /** Another character in the Base64 of what is signed. */
    private static byte[] inPayload(byte[] envelope) {
        String text = new String(envelope, StandardCharsets.UTF_8);
        int at = text.indexOf("\"payload\":\"") + 60;
        char other = text.charAt(at) == 'A' ? 'B' : 'A';
        return (text.substring(0, at) + other + text.substring(at + 1)).getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode piece(JsonNode passport, String kind) {
        return passport.path("evidence")
                .valueStream()
                .filter(piece -> piece.path("kind").asString().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    /** What the passport says of the chain is true. */
    private void anchor(JsonNode passport) {
        passport.path("evidence").forEach(piece -> {
            JsonNode proof = piece.path("proof");
            onChain.put(
                    "0xaee05732" + proof.path("root").asString(),
                    word(proof.path("batch").asLong())
                            + word(proof.path("tree_size").asLong())
                            + word(proof.path("block").asLong())
                            + word(Instant.parse(proof.path("block_time").asString())
                                    .getEpochSecond()));
        });
        onChain.put("0xdf78bce2" + notary.signer(TestIdentity.ACME).key().id(), key(TestIdentity.ACME, 0));
        onChain.put("0xdf78bce2" + platformKey().id(), ZERO + word(1_000) + ZERO);
    }

    private static String key(UUID organization, long revokedAt) {
        return organization.toString().replace("-", "") + "0".repeat(32) + word(1_000) + word(revokedAt);
    }

    private static String word(long number) {
        return "%064x".formatted(number);
    }

    private String rpc() {
        return "http://127.0.0.1:" + node.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        JsonNode asked = JSON.readTree(exchange.getRequestBody().readAllBytes());
        String result = asked.path("method").asString().equals("eth_chainId")
                ? "0x7a69"
                : "0x" + onChain.getOrDefault(asked.at("/params/0/data").asString(), "");
        byte[] body = JSON.writeValueAsBytes(Map.of("jsonrpc", "2.0", "id", 1, "result", result));
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
