package io.mlaas.bench.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.web3j.abi.EventEncoder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every registration and every recorded result on the chain, counted per asset, whoever wrote it. */
record ChainEvents(Map<UUID, Integer> registrations, Map<UUID, Integer> results) {
    private static final JsonMapper JSON = JsonMapper.shared();

    static ChainEvents read(URI rpc) throws IOException, InterruptedException {
        Map<UUID, Integer> registrations = new HashMap<>();
        count(rpc, "DatasetRegistered(bytes16,bytes16,address,bytes32)", registrations);
        count(rpc, "ModelRegistered(bytes16,bytes16,address,bytes16)", registrations);
        Map<UUID, Integer> results = new HashMap<>();
        count(rpc, "ModelVerified(bytes16,bytes16,bytes32,string)", results);
        return new ChainEvents(registrations, results);
    }

    private static void count(URI rpc, String event, Map<UUID, Integer> counts)
            throws IOException, InterruptedException {
        String request = """
                {"jsonrpc":"2.0","id":1,"method":"eth_getLogs",
                 "params":[{"fromBlock":"0x0","toBlock":"latest","topics":["%s"]}]}
                """.formatted(EventEncoder.buildEventSignature(event));
        try (HttpClient http = HttpClient.newHttpClient()) {
            String body = http.send(
                            HttpRequest.newBuilder(rpc)
                                    .header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofString(request))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            JsonNode logs = JSON.readTree(body).path("result");
            if (!logs.isArray()) {
                throw new IOException("eth_getLogs: " + body + " (expected: an array)");
            }
            for (JsonNode log : logs) {
                counts.merge(uuid(log.path("topics").path(1).asString()), 1, Integer::sum);
            }
        }
    }

    /** A UUID stands in the first 16 bytes of the topic. */
    static UUID uuid(String topic) {
        return new UUID(Long.parseUnsignedLong(topic, 2, 18, 16), Long.parseUnsignedLong(topic, 18, 34, 16));
    }
}
