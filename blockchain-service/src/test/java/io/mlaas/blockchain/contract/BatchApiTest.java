package io.mlaas.blockchain.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.blockchain.RunningService;
import io.mlaas.contracts.ChainReader;
import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.TestServers;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Registrations that share transactions, on a real chain. */
class BatchApiTest extends RunningService {
    @Autowired
    private io.mlaas.blockchain.directory.Directory directory;

    @Test
    void registersTheAssetsOfSeveralCompaniesWithOneTransactionEach() {
        List<UUID> ours = ids(30);
        List<UUID> theirs = ids(20);
        UUID model = UUID.randomUUID();
        List<String> requests = new ArrayList<>();
        ours.forEach(id -> requests.add(dataset(id, TestIdentity.ACME, SHA256)));
        theirs.forEach(id -> requests.add(dataset(id, TestIdentity.GLOBEX, SHA256)));
        requests.add(model(model, ours.getFirst()));

        Answer answer = batch(requests);

        assertThat(answer.status()).isEqualTo(200);
        List<JsonNode> items = answer.body().path("items").valueStream().toList();
        assertThat(items)
                .extracting(item -> item.path("asset_id").asString())
                .containsExactlyElementsOf(Stream.of(ours, theirs, List.of(model))
                        .flatMap(List::stream)
                        .map(UUID::toString)
                        .toList());
        assertThat(items.stream().map(BatchApiTest::transaction).collect(Collectors.toSet()))
                .hasSize(2);
        assertThat(items.stream().map(BatchApiTest::address).collect(Collectors.toSet()))
                .hasSize(51);
        JsonNode read = get("/contract?asset_id=" + model, REGISTRY).body();
        assertThat(read.path("address").asString()).isEqualTo(address(items.getLast()));
        assertThat(read.path("data_params").path("dataset_id").asString())
                .isEqualTo(ours.getFirst().toString());
        try (ChainReader chain =
                ChainReader.connect(URI.create(TestServers.evmNode().server().url()))) {
            assertThat(chain.evidence(directory.address(), theirs.getLast())
                            .orElseThrow()
                            .isGenuine())
                    .isTrue();
        }
    }

    @Test
    void repeatingABatchOrAPartOfItAnswersTheSameContracts() {
        List<UUID> ids = ids(12);
        Answer first = batch(datasets(ids));

        assertThat(batch(datasets(ids)).body()).isEqualTo(first.body());
        List<UUID> part = new ArrayList<>(ids.subList(3, 7));
        part.add(UUID.randomUUID());
        List<String> addresses = addresses(batch(datasets(part)));
        assertThat(addresses.subList(0, 4)).isEqualTo(addresses(first).subList(3, 7));
        assertThat(address(post("/contract", dataset(ids.getFirst(), TestIdentity.ACME, SHA256), REGISTRY)
                        .body()))
                .isEqualTo(addresses(first).getFirst());
        ids.forEach(id -> assertThat(registrations(id)).isEqualTo(1));
    }

    @Test
    void refusesByItselfWhatCanNotBeRegistered() {
        UUID known = UUID.randomUUID();
        post("/contract", dataset(known, TestIdentity.ACME, SHA256), REGISTRY);
        List<UUID> good = ids(3);
        UUID orphan = UUID.randomUUID();
        List<String> requests = new ArrayList<>(datasets(good));
        requests.add(1, dataset(known, TestIdentity.ACME, RESULT_SHA256));
        requests.add(model(orphan, UUID.randomUUID()));
        requests.add(dataset(good.getFirst(), TestIdentity.ACME, RESULT_SHA256));

        List<JsonNode> items =
                batch(requests).body().path("items").valueStream().toList();

        assertThat(items)
                .extracting(item -> item.path("refusal").path("code").asString(""))
                .containsExactly("", "CONTRACT_EXISTS", "", "", "REFERENCE_NOT_ON_CHAIN", "CONTRACT_EXISTS");
        assertThat(items.get(4).path("refusal").path("status").asInt()).isEqualTo(422);
        good.forEach(id -> assertThat(registrations(id)).isEqualTo(1));
    }

    @Test
    void anchorsOnceWhenItIsKilledBetweenSendingAndRecording() {
        List<UUID> ids = ids(10);
        Answer first = batch(datasets(ids));
        // As it was on the disk before the receipt came.
        jdbc.sql("""
                update chain_transaction
                set state = 'SIGNED', block_number = null, block_hash = null, settled_at = null
                where hash = :hash
                """)
                .param("hash", transaction(first.body().path("items").get(0)))
                .update();

        assertThat(batch(datasets(ids)).body()).isEqualTo(first.body());

        // And as it was before anything was signed: another batch, of other neighbours, takes them along.
        jdbc.sql("delete from chain_transaction where hash = :hash")
                .param("hash", transaction(first.body().path("items").get(0)))
                .update();
        List<UUID> others = new ArrayList<>(ids);
        others.addAll(ids(5));
        Collections.shuffle(others, new Random(1));
        Answer again = batch(datasets(others));
        assertThat(new HashSet<>(addresses(again))).containsAll(addresses(first));
        others.forEach(id -> assertThat(registrations(id)).isEqualTo(1));
    }

    @Test
    void overlappingBatchesAtOnceRegisterEveryAssetOnce() throws Exception {
        List<UUID> ids = ids(60);
        List<Callable<Answer>> rivals = IntStream.range(0, 8)
                .<Callable<Answer>>mapToObj(seed -> () -> {
                    List<UUID> some = new ArrayList<>(ids);
                    Collections.shuffle(some, new Random(seed));
                    return batch(datasets(some.subList(0, 40)));
                })
                .toList();

        HashSet<String> addresses = new HashSet<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Answer> answer : threads.invokeAll(rivals)) {
                assertThat(answer.get().body().path("items").valueStream())
                        .allMatch(item -> item.path("contract").isObject());
                addresses.addAll(addresses(answer.get()));
            }
        }
        batch(datasets(ids));

        assertThat(addresses).hasSizeLessThanOrEqualTo(60);
        ids.forEach(id -> assertThat(registrations(id)).isEqualTo(1));
    }

    @Test
    void refusesAnEmptyAndAnOverlongBatch() {
        assertThat(post("/contract/batch", "{\"contracts\": []}", REGISTRY).text("code"))
                .isEqualTo("INVALID_REQUEST");
        assertThat(batch(datasets(ids(201))).status()).isEqualTo(422);
        assertThat(post("/contract/batch", "{}", REGISTRY).status()).isEqualTo(422);
    }

    @Test
    void measuresHowManyItRegistersInASecond() throws Exception {
        int batches = 20;
        List<List<UUID>> all =
                IntStream.range(0, batches).mapToObj(i -> ids(100)).toList();
        batch(datasets(ids(100)));
        long start = System.nanoTime();
        try (ExecutorService two = Executors.newFixedThreadPool(2)) {
            for (Future<Answer> answer : two.invokeAll(all.stream()
                    .<Callable<Answer>>map(ids -> () -> batch(datasets(ids)))
                    .toList())) {
                assertThat(answer.get().status()).isEqualTo(200);
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("%d registrations in %.1f s: %.0f/s%n", 100 * batches, seconds, 100 * batches / seconds);
        await().untilAsserted(() -> assertThat(jdbc.sql("select count(*) from chain_transaction where state = 'SIGNED'")
                        .query(Long.class)
                        .single())
                .isZero());
        assertThat(registrations(all.getLast().getLast())).isEqualTo(1);
    }

    private Answer batch(List<String> requests) {
        return post("/contract/batch", "{\"contracts\": [" + String.join(",", requests) + "]}", REGISTRY);
    }

    private static List<String> datasets(List<UUID> ids) {
        return ids.stream().map(id -> dataset(id, TestIdentity.ACME, SHA256)).toList();
    }

    private static List<UUID> ids(int count) {
        return IntStream.range(0, count).mapToObj(i -> UUID.randomUUID()).toList();
    }

    private static List<String> addresses(Answer answer) {
        return answer.body()
                .path("items")
                .valueStream()
                .map(BatchApiTest::address)
                .toList();
    }

    private static String address(JsonNode item) {
        return item.has("contract")
                ? item.path("contract").path("address").asString()
                : item.path("address").asString();
    }

    private static String transaction(JsonNode item) {
        return item.path("contract").path("transaction_hash").asString();
    }

    /** How many contracts the chain ever made for an asset: the directory's own events. */
    private int registrations(UUID id) {
        String topic = "0x" + id.toString().replace("-", "") + "0".repeat(32);
        return JSON.readTree(http.post()
                        .uri(URI.create(TestServers.evmNode().server().url()))
                        .contentType(org.springframework.http.MediaType.APPLICATION_JSON)
                        .body("""
                                {"jsonrpc": "2.0", "id": 1, "method": "eth_getLogs", "params": [{"fromBlock": "0x0",
                                 "address": "%s", "topics": ["%s", "%s"]}]}
                                """.formatted(directory.address(), DATASET_REGISTERED, topic))
                        .exchange()
                        .expectBody()
                        .returnResult()
                        .getResponseBody())
                .path("result")
                .size();
    }

    private static final String DATASET_REGISTERED =
            org.web3j.abi.EventEncoder.buildEventSignature("DatasetRegistered(bytes16,bytes16,address,bytes32)");
}
