package io.mlaas.blockchain.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mlaas.blockchain.RunningService;
import io.mlaas.blockchain.account.Account;
import io.mlaas.blockchain.account.Accounts;
import io.mlaas.blockchain.directory.Directory;
import io.mlaas.contracts.AssetOnChain;
import io.mlaas.contracts.ContractTransactions;
import io.mlaas.contracts.DatasetFields;
import io.mlaas.kit.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;
import org.web3j.crypto.TransactionDecoder;

/** A chain that changes its mind, or does not make up its mind, about its newest blocks. */
class ReorganisationTest extends RunningService {
    private static final DatasetFields DATASET = new DatasetFields("(1,8,8)", 1, MD5, SHA256);

    @Autowired
    private Directory directory;

    @Autowired
    private Transactions transactions;

    @Autowired
    private Accounts accounts;

    @Autowired
    private Ledger ledger;

    @Autowired
    private ChainNode node;

    @Autowired
    private ChainWatch watch;

    @Autowired
    private Signing signing;

    @Autowired
    private Reconciler reconciler;

    @Autowired
    private ChainProperties properties;

    @Autowired
    private TransactionTemplate inTransaction;

    @Autowired
    private MeterRegistry meters;

    @AfterEach
    void minesAtOnce() {
        NODE.behave();
        rpc("evm_setAutomine", true);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void minesAgainWhatAShallowReorganisationTookAway(int depth) {
        Account company = directory.companyOf(UUID.randomUUID());
        List<UUID> assets = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            UUID asset = UUID.randomUUID();
            assertThat(transactions.submit(registration(company, asset))).isInstanceOf(Outcome.Mined.class);
            assets.add(asset);
        }
        Map<UUID, String> before = addresses(assets);
        double lost = meters.counter("mlaas.chain.reorganised.transactions").count();

        rpc("anvil_reorg", depth, List.of());

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(meters.counter("mlaas.chain.reorganised.transactions").count())
                    .isEqualTo(lost + depth);
            assertThat(addresses(assets)).isEqualTo(before);
            assertThat(ledger.waitingSenders()).isEmpty();
        });
        assertThat(registrationsOnChain()).containsEntry(assets.get(2), 1);
        assertThat(node.minedNonce(company.address())).isEqualTo(3);
    }

    @Test
    void noticesALostBlockBelowNewerOnes() {
        Account company = directory.companyOf(UUID.randomUUID());
        Account other = directory.companyOf(UUID.randomUUID());
        UUID lost = UUID.randomUUID();
        UUID newer = UUID.randomUUID();
        NODE.misbehave(call ->
                call.method().equals("eth_getBlockByNumber") ? call.error(-32603, "no comparison now") : call.passOn());
        transactions.submit(registration(company, lost));
        rpc("anvil_reorg", 1, List.of());
        // Mined before anybody looked: the newest block is good.
        transactions.submit(registration(other, newer));
        NODE.behave();

        await().atMost(Duration.ofSeconds(30)).until(() -> directory.asset(lost).isPresent());
        assertThat(directory.asset(newer)).isPresent();
    }

    @Test
    void answersOnlyAfterTheConfirmationsAndNotForABlockThatWentAway() throws Exception {
        Account company = directory.companyOf(UUID.randomUUID());
        UUID asset = UUID.randomUUID();
        Transactions careful = transactions(2, Duration.ofSeconds(40));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<Outcome> answer =
                    CompletableFuture.supplyAsync(() -> careful.submit(registration(company, asset)), threads);
            await().until(() -> directory.asset(asset).isPresent());
            String first = blockOf(asset);
            rpc("evm_mine");
            assertThat(answer).isNotDone();

            rpc("anvil_reorg", 2, List.of());
            rpc("evm_mine");
            rpc("evm_mine");
            rpc("evm_mine");

            await().atMost(Duration.ofSeconds(20))
                    .until(() -> directory.asset(asset).isPresent());
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                rpc("evm_mine");
                return answer.isDone();
            });
            Outcome.Mined mined = (Outcome.Mined) answer.get(1, TimeUnit.SECONDS);
            assertThat(blockOf(asset)).isNotEqualTo(first);
            assertThat(node.receipt(mined.transactionHash()).orElseThrow().getBlockHash())
                    .isEqualTo(blockOf(asset));
            assertThat(node.head() - mined.blockNumber()).isGreaterThanOrEqualTo(2);
        }
        assertThat(registrationsOnChain()).containsEntry(asset, 1);
    }

    @Test
    void doesAgainWhatWasMinedASecondTimeInVain() {
        String snapshot = rpc("evm_snapshot");
        UUID organization = UUID.randomUUID();
        Account company = directory.companyOf(organization);
        UUID asset = UUID.randomUUID();
        Submission submission = registration(company, asset);
        assertThat(transactions.submit(submission)).isInstanceOf(Outcome.Mined.class);
        String address = directory.asset(asset).orElseThrow().address();
        StoredTransaction stored = ledger.find(submission.requestKey()).orElseThrow();

        // The chain takes both blocks back and then mines the registration before the authorisation that it needs.
        NODE.misbehave(call -> call.sends() ? call.error(-32000, "not now") : call.passOn());
        assertThat(rpc("evm_revert", snapshot)).isEqualTo("true");
        rpc("eth_sendRawTransaction", stored.signed());
        NODE.behave();

        await().atMost(Duration.ofSeconds(40))
                .until(() -> directory.asset(asset).isPresent());
        assertThat(directory.asset(asset).map(AssetOnChain::address)).contains(address);
        assertThat(node.receipt(stored.hash()).orElseThrow().isStatusOK()).isFalse();
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
                        ledger.find(submission.requestKey()).map(StoredTransaction::state))
                .contains(TransactionState.MINED));
    }

    @Test
    void signsAgainForMoreWhatIsNotMinedOnAChainWithAPrice() throws Exception {
        Account company = directory.companyOf(UUID.randomUUID());
        rpc("anvil_setBalance", company.address(), "0xffffffffffffffff");
        NodeProperties paying = new NodeProperties(
                null,
                Duration.ofSeconds(2),
                64,
                32,
                1_000_000_000L,
                2_000_000_000L,
                Duration.ZERO,
                Duration.ofMinutes(1));
        Signing dear = new Signing(ledger, node, accounts, properties, paying, inTransaction);
        Receipts receipts = new Receipts(ledger, node, properties, new SimpleMeterRegistry());
        Reconciler own = new Reconciler(ledger, node, watch, receipts, dear, paying, new SimpleMeterRegistry());
        Transactions patient = new Transactions(ledger, node, watch, receipts, own, dear, properties);
        Submission submission = registration(company, UUID.randomUUID());
        rpc("evm_setAutomine", false);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<Outcome> answer =
                    CompletableFuture.supplyAsync(() -> patient.submit(submission), threads);
            await().until(() -> ledger.find(submission.requestKey()).isPresent());
            StoredTransaction first = ledger.find(submission.requestKey()).orElseThrow();
            jdbc.sql("update chain_transaction set created_at = now() - interval '1 minute' where id = :id")
                    .param("id", first.id())
                    .update();

            own.reconcile();

            StoredTransaction second = ledger.find(submission.requestKey()).orElseThrow();
            assertThat(price(first)).isEqualTo(1_000_000_000L);
            assertThat(price(second)).isEqualTo(1_125_000_001L);
            assertThat(second.nonce()).isEqualTo(first.nonce());
            assertThat(second.hashes()).containsExactly(second.hash(), first.hash());
            assertThat(answer).isNotDone();
            rpc("evm_mine");
            assertThat(answer.get(20, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(Outcome.Mined.class, mined -> assertThat(mined.transactionHash())
                            .isEqualTo(second.hash()));
        }
        assertThat(node.minedNonce(company.address())).isEqualTo(1);
        assertThat(transactions.submit(submission)).isInstanceOf(Outcome.Mined.class);
    }

    @Test
    void findsTheReplacedSignatureWhenItIsTheOneThatWasMined() {
        Account company = directory.companyOf(UUID.randomUUID());
        Submission submission = registration(company, UUID.randomUUID());
        transactions.submit(submission);
        StoredTransaction mined = ledger.find(submission.requestKey()).orElseThrow();
        jdbc.sql("""
                update chain_transaction
                set state = 'SIGNED', block_number = null, block_hash = null, earlier_hashes = hash, hash = :other
                where id = :id
                """)
                .param(
                        "other",
                        "0x" + UUID.randomUUID().toString().replace("-", "").repeat(2))
                .param("id", mined.id())
                .update();

        assertThat(transactions.submit(submission))
                .isInstanceOfSatisfying(Outcome.Mined.class, found -> assertThat(found.transactionHash())
                        .isEqualTo(mined.hash()));
    }

    @Test
    void keepsTheTransactionWhenItsReceiptNeverComes() {
        Account company = directory.companyOf(UUID.randomUUID());
        Submission submission = registration(company, UUID.randomUUID());
        Transactions impatient = transactions(0, Duration.ofSeconds(1));
        NODE.misbehave(call -> call.method().equals("eth_getTransactionReceipt") ? call.result(null) : call.passOn());

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> impatient.submit(submission))
                    .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.problem())
                            .isEqualTo(ChainProblem.TRANSACTION_PENDING));
        }

        NODE.behave();
        assertThat(impatient.submit(submission)).isInstanceOf(Outcome.Mined.class);
        assertThat(node.minedNonce(company.address())).isEqualTo(1);
    }

    @Test
    void sendsNothingToAnotherChainThatTookTheNodesPlace() {
        UUID company = UUID.randomUUID();
        UUID asset = UUID.randomUUID();
        assertThat(post("/contract", dataset(UUID.randomUUID(), company, SHA256), REGISTRY)
                        .status())
                .isEqualTo(200);
        assertThat(get("/actuator/health/readiness", null).status()).isEqualTo(200);

        NODE.misbehave(call -> call.method().equals("eth_chainId") ? call.result("0x7a69") : call.passOn());
        await().atMost(Duration.ofSeconds(10))
                .until(() -> get("/actuator/health/readiness", null).status() == 503);
        int sends = NODE.sends();
        Answer refused = post("/contract", dataset(asset, company, SHA256), REGISTRY);

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.text("code")).isEqualTo("WRONG_CHAIN");
        assertThat(refused.text("detail")).isEqualTo("chain id: 31337 (expected: 1337).");
        assertThatThrownBy(reconciler::reconcile).isInstanceOf(ProblemException.class);
        assertThat(NODE.sends()).isEqualTo(sends);
        assertThat(meters.get("mlaas.chain.usable").gauge().value()).isZero();
        assertThat(get("/actuator/health/liveness", null).status()).isEqualTo(200);

        NODE.behave();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> get("/actuator/health/readiness", null).status() == 200);
        assertThat(post("/contract", dataset(asset, company, SHA256), REGISTRY).status())
                .isEqualTo(200);
    }

    @Test
    void tellsChainsOfOneIdApartByTheirFirstBlock() {
        String genesis = node.blockHash(0).orElseThrow();
        NodeProperties right =
                new NodeProperties(genesis, Duration.ofSeconds(2), 64, 32, 0, 0, Duration.ZERO, Duration.ZERO);
        NodeProperties wrong = new NodeProperties(
                "0x" + "ab".repeat(32), Duration.ofSeconds(2), 64, 32, 0, 0, Duration.ZERO, Duration.ZERO);

        new ChainWatch(node, properties, right, new SimpleMeterRegistry()).requireRightChain();
        assertThatThrownBy(() -> new ChainWatch(node, properties, wrong, new SimpleMeterRegistry()).requireRightChain())
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isEqualTo(ChainProblem.WRONG_CHAIN))
                .hasMessageContaining("hash of block 0: " + genesis);
    }

    private Map<UUID, String> addresses(List<UUID> assets) {
        Map<UUID, String> addresses = new HashMap<>();
        assets.forEach(id -> directory.asset(id).ifPresent(asset -> addresses.put(id, asset.address())));
        return addresses;
    }

    private String blockOf(UUID asset) {
        return directory.evidence(asset).orElseThrow().registration().blockHash();
    }

    private static long price(StoredTransaction transaction) {
        return TransactionDecoder.decode(transaction.signed()).getGasPrice().longValueExact();
    }

    private Transactions transactions(int confirmations, Duration patience) {
        ChainProperties own = new ChainProperties(
                properties.rpcUrl(),
                properties.chainId(),
                null,
                confirmations,
                patience,
                properties.callTimeout(),
                properties.startTimeout(),
                properties.reconcileInterval());
        return new Transactions(
                ledger,
                node,
                watch,
                new Receipts(ledger, node, own, new SimpleMeterRegistry()),
                reconciler,
                signing,
                own);
    }

    private Submission registration(Account company, UUID id) {
        return new Submission(
                "register:" + id,
                null,
                company,
                directory.address(),
                ContractTransactions.registerDataset(id, DATASET));
    }
}
