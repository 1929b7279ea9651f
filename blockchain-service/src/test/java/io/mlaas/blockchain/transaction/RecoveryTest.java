package io.mlaas.blockchain.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mlaas.blockchain.RunningService;
import io.mlaas.blockchain.account.Account;
import io.mlaas.blockchain.account.Accounts;
import io.mlaas.blockchain.directory.Directory;
import io.mlaas.contracts.ContractRefusal;
import io.mlaas.contracts.ContractTransactions;
import io.mlaas.contracts.DatasetFields;
import io.mlaas.kit.problem.ProblemException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;
import org.web3j.crypto.Hash;
import org.web3j.crypto.RawTransaction;

/** What is sent again, and what never is, after crashes of the service and of the node. */
class RecoveryTest extends RunningService {
    private static final BigInteger TOO_LITTLE = BigInteger.valueOf(100_000);
    private static final BigInteger GAS = BigInteger.valueOf(2_000_000);
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

    @Test
    void sendsWhatACrashLeftBetweenStoringAndSending() {
        Account company = directory.companyOf(UUID.randomUUID());
        UUID left = UUID.randomUUID();
        UUID next = UUID.randomUUID();
        StoredTransaction stored = storeOnly(registration(company, left));

        // The next one has to wait for the nonce before it.
        Outcome outcome = transactions.submit(registration(company, next));

        assertThat(outcome).isInstanceOf(Outcome.Mined.class);
        assertThat(directory.asset(left)).isPresent();
        await().atMost(Duration.ofSeconds(20)).until(() -> stateOf(stored), state -> state.equals("MINED"));
    }

    @Test
    void theTimerSendsWhatNobodyAsksForAgain() {
        Account company = directory.companyOf(UUID.randomUUID());
        UUID left = UUID.randomUUID();

        storeOnly(registration(company, left));

        // An asset is asked for in two calls, between which the block that has it may come into being.
        await().atMost(Duration.ofSeconds(20))
                .ignoreException(ProblemException.class)
                .until(() -> directory.asset(left).isPresent());
    }

    @Test
    void minesAgainAtTheSameAddressesWhatTheChainHasForgotten() {
        directory.companyOf(UUID.randomUUID());
        String snapshot = rpc("evm_snapshot");
        UUID acme = UUID.randomUUID();
        UUID globex = UUID.randomUUID();
        List<UUID> assets = List.of(UUID.randomUUID(), UUID.randomUUID(), UUID.randomUUID());
        transactions.submit(registration(directory.companyOf(acme), assets.get(0)));
        transactions.submit(registration(directory.companyOf(globex), assets.get(1)));
        transactions.submit(registration(directory.companyOf(acme), assets.get(2)));
        List<String> addresses = assets.stream()
                .map(id -> directory.asset(id).orElseThrow().address())
                .toList();

        assertThat(rpc("evm_revert", snapshot)).isEqualTo("true");

        assertThat(directory.asset(assets.get(2))).isEmpty();
        // An asset is asked for in two calls, between which a chain that is being mined anew may have changed.
        await().atMost(Duration.ofSeconds(30))
                .ignoreException(ProblemException.class)
                .untilAsserted(() ->
                        assertThat(assets).allMatch(id -> directory.asset(id).isPresent()));
        assertThat(assets.stream().map(id -> directory.asset(id).orElseThrow().address()))
                .containsExactlyElementsOf(addresses);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> ledger.waitingSenders().isEmpty());
    }

    @Test
    void makesANewTransactionWhenAnotherTookTheNonce() {
        Account company = directory.companyOf(UUID.randomUUID());
        UUID id = UUID.randomUUID();
        StoredTransaction stored = storeOnly(registration(company, id));
        // The same key was used elsewhere: a restored backup, say.
        StoredTransaction rival = signed(registration(company, UUID.randomUUID()), stored.nonce());
        node.send(rival);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> node.receipt(rival.hash()).isPresent());
        reconciler.reconcile();
        assertThat(stateOf(stored)).isEqualTo("SIGNED");
        jdbc.sql("update chain_transaction set created_at = now() - interval '2 minutes' where id = :id")
                .param("id", stored.id())
                .update();
        reconciler.reconcile();

        assertThat(stateOf(stored)).isEqualTo("DISPLACED");
        assertThat(transactions.submit(registration(company, id))).isInstanceOf(Outcome.Mined.class);
    }

    @Test
    void letsARevertedPurposeBeServedLater() {
        Account stranger = accounts.of(UUID.randomUUID());
        UUID id = UUID.randomUUID();
        Submission submission = registration(stranger, id);
        StoredTransaction stored = storeOnly(submission);
        node.send(stored);

        Outcome outcome = transactions.submit(submission);

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.reason())
                .isEqualTo(ContractRefusal.NOT_AUTHORIZED));
        assertThat(stateOf(stored)).isEqualTo("REVERTED");
        assertThat(transactions.submit(submission)).isInstanceOf(Outcome.Refused.class);
        directory.companyOf(stranger.ownerId());
        assertThat(transactions.submit(submission)).isInstanceOf(Outcome.Mined.class);
    }

    @Test
    void makesANewTransactionWhenTheGasDidNotSuffice() {
        Submission submission = registration(directory.companyOf(UUID.randomUUID()), UUID.randomUUID());
        StoredTransaction poor = signing.store(submission, TOO_LITTLE);
        node.send(poor);

        assertThat(transactions.submit(submission)).isInstanceOf(Outcome.Mined.class);

        assertThat(stateOf(poor)).isEqualTo("REVERTED");
    }

    @Test
    void makesANewTransactionWhenTheAuthorizationCameLaterInTheSameBlock() throws Exception {
        Account stranger = accounts.of(UUID.randomUUID());
        Submission submission = registration(stranger, UUID.randomUUID());
        StoredTransaction early = storeOnly(submission);
        rpc("evm_setAutomine", false);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            node.send(early);
            threads.submit(() -> directory.companyOf(stranger.ownerId()));
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> Integer.decode(
                                    rpcResult("txpool_status").path("pending").asString())
                            == 2);
            rpc("evm_mine");
        } finally {
            rpc("evm_setAutomine", true);
        }

        assertThat(transactions.submit(submission)).isInstanceOf(Outcome.Mined.class);

        assertThat(stateOf(early)).isEqualTo("REVERTED");
    }

    @Test
    void asksForPatienceWhenTheChainRevertsAgainAndAgainWhatItWouldTake() {
        Submission submission = registration(directory.companyOf(UUID.randomUUID()), UUID.randomUUID());
        NODE.misbehave(call ->
                call.method().equals("eth_estimateGas") ? call.result("0x" + TOO_LITTLE.toString(16)) : call.passOn());

        assertThatThrownBy(() -> transactions.submit(submission)).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem()).isEqualTo(ChainProblem.TRANSACTION_PENDING);
            assertThat(e.detail()).contains("a repeated call succeeds, 3 times");
        });

        NODE.behave();
        assertThat(transactions.submit(submission)).isInstanceOf(Outcome.Mined.class);
    }

    @Test
    void tellsThatATransactionIsNotMinedYetAndFindsItLater() {
        Account company = directory.companyOf(UUID.randomUUID());
        Submission submission = registration(company, UUID.randomUUID());
        Transactions impatient = transactions(0, Duration.ofMillis(300));
        rpc("evm_setAutomine", false);
        try {
            assertThatThrownBy(() -> impatient.submit(submission)).isInstanceOfSatisfying(ProblemException.class, e -> {
                assertThat(e.problem()).isEqualTo(ChainProblem.TRANSACTION_PENDING);
                assertThat(e.retryAfterSeconds()).isEqualTo(3);
            });
            rpc("evm_mine");
        } finally {
            rpc("evm_setAutomine", true);
        }

        assertThat(impatient.submit(submission)).isInstanceOf(Outcome.Mined.class);
        assertThat(node.minedNonce(company.address())).isEqualTo(1);
    }

    @Test
    void waitsForTheConfiguredConfirmations() {
        Submission submission = registration(directory.companyOf(UUID.randomUUID()), UUID.randomUUID());
        Transactions careful = transactions(2, Duration.ofMillis(500));

        assertThatThrownBy(() -> careful.submit(submission)).isInstanceOf(ProblemException.class);
        rpc("evm_mine");
        rpc("evm_mine");

        assertThat(careful.submit(submission)).isInstanceOf(Outcome.Mined.class);
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

    /** What a service does before it is killed. */
    private StoredTransaction storeOnly(Submission submission) {
        return inTransaction.execute(status -> {
            long nonce = ledger.lockNonce(submission.sender().address(), 0);
            StoredTransaction signed = signed(submission, nonce);
            ledger.add(submission, nonce, signed.signed(), signed.hash());
            return ledger.find(submission.requestKey()).orElseThrow();
        });
    }

    private StoredTransaction signed(Submission submission, long nonce) {
        String signed = accounts.sign(
                submission.sender(),
                RawTransaction.createTransaction(
                        BigInteger.valueOf(nonce), BigInteger.ZERO, GAS, submission.recipient(), submission.callData()),
                properties.chainId());
        return new StoredTransaction(
                0,
                submission.requestKey(),
                null,
                submission.sender().ownerId(),
                submission.sender().address(),
                nonce,
                submission.recipient(),
                submission.callData(),
                signed,
                Hash.sha3(signed),
                TransactionState.SIGNED,
                null,
                null,
                null,
                OffsetDateTime.now(),
                OffsetDateTime.now(),
                "",
                false);
    }

    private String stateOf(StoredTransaction transaction) {
        return jdbc.sql("select state from chain_transaction where id = :id")
                .param("id", transaction.id())
                .query(String.class)
                .single();
    }
}
