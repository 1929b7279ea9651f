package io.mlaas.blockchain.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.blockchain.RunningService;
import io.mlaas.blockchain.directory.Directory;
import io.mlaas.stack.server.Running;
import io.mlaas.testkit.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * Many companies at once, with a healthy node and with every kind of sick one: what was asked for is on the chain exactly
 * once, counted by the chain's own events.
 */
class LoadTest extends RunningService {
    @Autowired
    private Directory directory;

    @Autowired
    private ChainNode node;

    @Autowired
    private Ledger ledger;

    /** @param asset registered once its future ends */
    private record Asked(UUID company, UUID asset, Future<Integer> attempts) {}

    @Test
    void registersFiftyAtOnceForEachOfTwentyCompanies() throws Exception {
        long from = System.nanoTime();
        List<Asked> asked = registerAll(20, 50);

        printTime("1,000 registrations of 20 companies at once", from);
        assertEachIsOnTheChainOnce(asked);
        for (UUID company : companies(asked)) {
            assertNoncesAreWithoutGaps(company, 50);
        }
    }

    /**
     * The development node loses up to a second when it is killed, and its state may then be a block ahead of the blocks
     * that it still has: a contract is there whose event is not. So the directory is the judge of what is there, and the
     * events of what is there twice.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void losesAndDoublesNothingWhenTheNodeIsRestartedUnderLoad(boolean killed) throws Exception {
        long from = System.nanoTime();
        List<Asked> asked = registerAll(10, 30, () -> {
            Running evm = TestServers.evmNode();
            if (killed) {
                evm.child().kill();
                assertThat(evm.child().awaitExit(Duration.ofSeconds(10))).isTrue();
            } else {
                evm.stop();
            }
            TestServers.startEvmAgain();
        });

        printTime(
                "300 registrations of 10 companies, the node %s and started again"
                        .formatted(killed ? "killed" : "stopped"),
                from);
        awaitEverythingIsMined();
        Map<UUID, Integer> onChain = registrationsOnChain();
        assertThat(onChain.values()).containsOnly(1);
        assertThat(asked).allSatisfy(one -> assertThat(directory.asset(one.asset()))
                .hasValueSatisfying(asset -> assertThat(asset.organizationId()).isEqualTo(one.company())));
        long withoutEvent =
                asked.stream().filter(one -> !onChain.containsKey(one.asset())).count();
        System.out.println("without event: " + withoutEvent);
        assertThat(withoutEvent).isLessThanOrEqualTo(30);
    }

    @Test
    void losesAndDoublesNothingWhenTheNodeIsAwayForAWhile() throws Exception {
        long from = System.nanoTime();
        List<Asked> asked = registerAll(5, 20, () -> {
            NODE.misbehave(call -> null);
            awaitFor(Duration.ofSeconds(8));
            NODE.behave();
        });

        printTime("100 registrations of 5 companies, the node away for 8 s", from);
        awaitEverythingIsMined();
        assertEachIsOnTheChainOnce(asked);
    }

    @Test
    void losesAndDoublesNothingWhenEverySeventhCallFails() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        NODE.misbehave(call -> switch (calls.incrementAndGet() % 21) {
            case 0 -> null;
            case 7 -> call.error(-32603, "Internal error");
            // It did what it was told, but nobody hears of it.
            case 14 -> {
                call.passOn();
                yield null;
            }
            default -> call.passOn();
        });

        List<Asked> asked = registerAll(4, 25);

        assertThat(calls.get()).isGreaterThan(300);
        NODE.behave();
        awaitEverythingIsMined();
        assertEachIsOnTheChainOnce(asked);
    }

    @Test
    void takesNoHarmFromDuplicateSendsAndFromWhatNodesSayToThem() throws Exception {
        AtomicInteger sends = new AtomicInteger();
        NODE.misbehave(call -> {
            if (!call.sends()) {
                return call.passOn();
            }
            String answer = call.passOn();
            return switch (sends.incrementAndGet() % 5) {
                case 0 -> call.error(-32000, "already known");
                case 1 -> call.error(-32000, "nonce too low");
                case 2 -> call.error(-32000, "replacement transaction underpriced");
                case 3 -> call.passOn();
                default -> answer;
            };
        });

        List<Asked> asked = registerAll(4, 25);

        assertEachIsOnTheChainOnce(asked);
        assertThat(asked).allSatisfy(one -> assertThat(one.attempts().get()).isEqualTo(1));
    }

    @Test
    void sendsAgainWhatANodeRefusedWithoutTakingIt() throws Exception {
        Random random = new Random(3);
        NODE.misbehave(call -> call.sends() && random.nextBoolean()
                ? call.error(-32000, random.nextBoolean() ? "txpool is full" : "nonce too high")
                : call.passOn());

        List<Asked> asked = registerAll(2, 4);

        NODE.behave();
        awaitEverythingIsMined();
        assertEachIsOnTheChainOnce(asked);
    }

    @Test
    void waitsForANodeThatTakesFiveSecondsNowAndThen() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        Set<String> slow = Set.of("eth_sendRawTransaction", "eth_getTransactionReceipt");
        NODE.misbehave(call -> {
            String answer = call.passOn();
            if (slow.contains(call.method()) && calls.incrementAndGet() % 10 == 1) {
                awaitFor(Duration.ofSeconds(5)); // longer than the call timeout of these tests
            }
            return answer;
        });

        List<Asked> asked = registerAll(2, 10);

        assertEachIsOnTheChainOnce(asked);
    }

    @Test
    void minesWhatAForgetfulNodeDroppedFromItsPool() throws Exception {
        rpc("evm_setAutomine", false);
        try {
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                UUID company = newCompany();
                List<Asked> asked = new ArrayList<>();
                for (int i = 0; i < 15; i++) {
                    asked.add(ask(threads, company));
                }
                await().atMost(Duration.ofSeconds(20)).until(() -> pending() >= 15);
                rpc("anvil_dropAllTransactions");
                assertThat(pending()).isZero();
                await().atMost(Duration.ofSeconds(20)).until(() -> pending() >= 15);
                rpc("anvil_dropAllTransactions");
                rpc("evm_setAutomine", true);
                assertEachIsOnTheChainOnce(asked);
                assertNoncesAreWithoutGaps(company, 16);
            }
        } finally {
            rpc("evm_setAutomine", true);
        }
    }

    @Test
    void takesANodesFailureForNoRefusalOfTheContract() {
        UUID company = UUID.randomUUID();
        post("/contract", dataset(UUID.randomUUID(), company, SHA256), REGISTRY);
        UUID asset = UUID.randomUUID();
        NODE.misbehave(call ->
                call.method().equals("eth_estimateGas") ? call.error(-32603, "header not found") : call.passOn());

        Answer answer = post("/contract", dataset(asset, company, SHA256), REGISTRY);

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.text("code")).isEqualTo("CHAIN_MISBEHAVES");
        NODE.behave();
        assertThat(post("/contract", dataset(asset, company, SHA256), REGISTRY).status())
                .isEqualTo(200);
    }

    private UUID newCompany() {
        UUID company = UUID.randomUUID();
        rpc("evm_setAutomine", true);
        assertThat(post("/contract", dataset(UUID.randomUUID(), company, SHA256), REGISTRY)
                        .status())
                .isEqualTo(200);
        rpc("evm_setAutomine", false);
        return company;
    }

    private int pending() {
        return Integer.decode(rpcResult("txpool_status").path("pending").asString());
    }

    private List<Asked> registerAll(int companies, int each) throws Exception {
        return registerAll(companies, each, () -> {});
    }

    private interface Meanwhile {
        void happens() throws Exception;
    }

    private List<Asked> registerAll(int companies, int each, Meanwhile meanwhile) throws Exception {
        List<Asked> asked = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < companies; i++) {
                UUID company = UUID.randomUUID();
                for (int j = 0; j < each; j++) {
                    asked.add(ask(threads, company));
                }
            }
            await().atMost(Duration.ofMinutes(3))
                    .until(() -> asked.stream().anyMatch(one -> one.attempts().isDone()));
            try {
                meanwhile.happens();
            } catch (Exception | AssertionError failure) {
                // Else closing waits for everything that now cannot succeed.
                threads.shutdownNow();
                throw failure;
            }
            for (Asked one : asked) {
                one.attempts().get(5, TimeUnit.MINUTES);
            }
        }
        return asked;
    }

    /** As model-sharing-service does: whatever can be tried again is. */
    private Asked ask(ExecutorService threads, UUID company) {
        UUID asset = UUID.randomUUID();
        String body = dataset(asset, company, SHA256);
        Callable<Integer> registering = () -> {
            AtomicInteger attempts = new AtomicInteger();
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(500))
                    .atMost(Duration.ofMinutes(5))
                    .until(() -> {
                        attempts.incrementAndGet();
                        Answer answer = post("/contract", body, REGISTRY);
                        assertThat(answer.status()).as(answer.body().toString()).isIn(200, 502, 503);
                        return answer.status() == 200;
                    });
            return attempts.get();
        };
        return new Asked(company, asset, threads.submit(registering));
    }

    private void assertEachIsOnTheChainOnce(List<Asked> asked) throws Exception {
        for (Asked one : asked) {
            assertThat(one.attempts().get(5, TimeUnit.MINUTES)).isPositive();
        }
        Map<UUID, Integer> onChain = registrationsOnChain();
        assertThat(asked).allSatisfy(one -> assertThat(onChain.get(one.asset())).isEqualTo(1));
        assertThat(onChain.values()).containsOnly(1);
        assertThat(jdbc.sql("select count(*) from chain_transaction where state in ('REVERTED', 'DISPLACED')"
                                + " and request_key = any(:keys)")
                        .param(
                                "keys",
                                asked.stream()
                                        .map(one -> "register:" + one.asset())
                                        .toArray(String[]::new))
                        .query(Long.class)
                        .single())
                .isZero();
    }

    private void assertNoncesAreWithoutGaps(UUID company, int transactions) {
        List<Long> nonces = jdbc.sql("select nonce from chain_transaction where owner_id = :company order by nonce")
                .param("company", company)
                .query(Long.class)
                .list();
        assertThat(nonces).hasSize(transactions).doesNotHaveDuplicates();
        assertThat(nonces.getFirst()).isZero();
        assertThat(nonces.getLast()).isEqualTo(transactions - 1);
        String address = jdbc.sql("select address from account where owner_id = :company")
                .param("company", company)
                .query(String.class)
                .single();
        assertThat(node.minedNonce(address)).isEqualTo(transactions);
    }

    private void awaitEverythingIsMined() {
        await().atMost(Duration.ofMinutes(3)).ignoreExceptions().until(() -> ledger.waitingSenders()
                .isEmpty());
    }

    private static Set<UUID> companies(List<Asked> asked) {
        Set<UUID> companies = new HashSet<>();
        asked.forEach(one -> companies.add(one.company()));
        return companies;
    }

    /** The duration of the fault itself. */
    private static void awaitFor(Duration duration) throws InterruptedException {
        new CountDownLatch(1).await(duration.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void printTime(String what, long from) {
        System.out.printf("%s: %.1f s%n", what, (System.nanoTime() - from) / 1e9);
    }
}
