package io.mlaas.blockchain.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mlaas.blockchain.BlockchainApplication;
import io.mlaas.blockchain.RunningService;
import io.mlaas.blockchain.account.Account;
import io.mlaas.blockchain.account.Accounts;
import io.mlaas.blockchain.directory.Directory;
import io.mlaas.blockchain.directory.Registry;
import io.mlaas.blockchain.transaction.Outcome;
import io.mlaas.blockchain.transaction.Submission;
import io.mlaas.blockchain.transaction.Transactions;
import io.mlaas.contracts.ChainEvidence;
import io.mlaas.contracts.ChainReader;
import io.mlaas.contracts.ContractTransactions;
import io.mlaas.contracts.DatasetFields;
import io.mlaas.kit.seal.MasterKeys;
import io.mlaas.testkit.TestIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.Environment;

/** Keys change while companies register. */
@ExtendWith(OutputCaptureExtension.class)
class KeyRotationTest extends RunningService {
    private static final DatasetFields DATASET = new DatasetFields("(1,8,8)", 1, MD5, SHA256);

    @Autowired
    private Accounts accounts;

    @Autowired
    private Directory directory;

    @Autowired
    private Registry registry;

    @Autowired
    private Transactions transactions;

    @Autowired
    private ChainReader chain;

    @Autowired
    private Environment environment;

    @Test
    void replacesACompanysKeyWhileItRegisters() throws Exception {
        UUID company = UUID.randomUUID();
        UUID data = UUID.randomUUID();
        assertThat(register(data, company)).isEqualTo(200);
        UUID model = UUID.randomUUID();
        String modelAddress = post(
                        "/contract",
                        model(model, data).replace(TestIdentity.ACME.toString(), company.toString()),
                        REGISTRY)
                .text("address");
        Account old = accounts.of(company);
        List<UUID> assets = new ArrayList<>();
        List<Future<Integer>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 60; i++) {
                UUID asset = UUID.randomUUID();
                assets.add(asset);
                answers.add(threads.submit(() -> register(asset, company)));
                if (i == 20) {
                    Answer begun = rotate(company);
                    assertThat(begun.status()).isEqualTo(202);
                    assertThat(begun.text("old_address")).isEqualTo(old.address());
                    assertThat(begun.text("requested_by")).isEqualTo("admin");
                }
            }
            awaitDone(company);
            for (int i = 0; i < 20; i++) {
                UUID asset = UUID.randomUUID();
                assets.add(asset);
                answers.add(threads.submit(() -> register(asset, company)));
            }
            for (Future<Integer> answer : answers) {
                assertThat(answer.get(1, TimeUnit.MINUTES)).isEqualTo(200);
            }
        }

        Account current = accounts.of(company);
        assertThat(current.address()).isNotEqualTo(old.address());
        assertThat(chain.organizationOf(directory.address(), old.address())).isEmpty();
        assertThat(chain.organizationOf(directory.address(), current.address())).contains(company);
        Map<UUID, Integer> onChain = registrationsOnChain();
        assertThat(assets).allSatisfy(asset -> assertThat(onChain.get(asset)).isEqualTo(1));
        assertThat(assets.stream().map(asset -> evidence(asset).asset().owner()))
                .contains(current.address())
                .containsAnyOf(old.address(), current.address());
        // What the old key recorded is the company's, and the company goes on with it.
        ChainEvidence early = evidence(data);
        assertThat(early.asset().owner()).isEqualTo(old.address());
        assertThat(early.asset().organizationId()).isEqualTo(company);
        assertThat(early.isGenuine()).isTrue();
        assertThat(verify(modelAddress, UUID.randomUUID(), RESULT_SHA256).status())
                .isEqualTo(200);
        assertThat(list(company)).containsExactly(old.address() + " RETIRED", current.address() + " IN_USE");
    }

    @Test
    void signsNothingMoreWithAKeyThatWasReplacedAMomentAgo() {
        UUID company = UUID.randomUUID();
        register(UUID.randomUUID(), company);
        Account old = accounts.of(company);
        rotate(company);
        awaitDone(company);
        UUID asset = UUID.randomUUID();

        // Who looked the account up before the rotation still has the old one in hand.
        Outcome outcome = transactions.submit(new Submission(
                "register:" + asset,
                null,
                old,
                directory.address(),
                ContractTransactions.registerDataset(asset, DATASET)));

        assertThat(outcome).isInstanceOf(Outcome.Mined.class);
        assertThat(evidence(asset).asset().owner())
                .isEqualTo(accounts.of(company).address())
                .isNotEqualTo(old.address());
    }

    @Test
    void isOneRotationHoweverManyAskForIt() throws Exception {
        UUID company = UUID.randomUUID();
        register(UUID.randomUUID(), company);
        NODE.misbehave(call -> call.sends() ? call.error(-32000, "not now") : call.passOn());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> ids = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                ids.add(threads.submit(() -> rotate(company).text("id")));
            }
            String first = ids.getFirst().get();
            for (Future<String> id : ids) {
                assertThat(id.get()).isEqualTo(first);
            }
        }
        NODE.behave();
        awaitDone(company);

        assertThat(list(company)).hasSize(2);
    }

    @Test
    void replacesTheRegistrarsKey() {
        UUID known = UUID.randomUUID();
        register(UUID.randomUUID(), known);
        String before = chain.registrar(directory.address());

        assertThat(rotate(Accounts.PLATFORM).status()).isEqualTo(202);
        awaitDone(Accounts.PLATFORM);

        assertThat(chain.registrar(directory.address()))
                .isNotEqualTo(before)
                .isEqualTo(accounts.registrar().address());
        assertThat(chain.registrar(registry.address()))
                .isEqualTo(accounts.registrar().address());
        String fingerprint = UUID.randomUUID().toString().replace("-", "").repeat(2);
        assertThat(registry.publishKey(known, fingerprint)).isInstanceOf(Outcome.Mined.class);
        assertThat(registry.keyOf(fingerprint)).isPresent();
        // The new registrar authorises and revokes.
        UUID newcomer = UUID.randomUUID();
        assertThat(register(UUID.randomUUID(), newcomer)).isEqualTo(200);
        assertThat(register(UUID.randomUUID(), known)).isEqualTo(200);
        rotate(known);
        awaitDone(known);
        assertThat(register(UUID.randomUUID(), known)).isEqualTo(200);
    }

    @Test
    void showsAccountsToThoseWhomTheyConcernAndKeysToNobody() {
        register(UUID.randomUUID(), TestIdentity.ACME);
        register(UUID.randomUUID(), TestIdentity.GLOBEX);
        String rotateGlobex = "/keys/" + TestIdentity.GLOBEX + "/rotate";

        assertThat(get("/keys", null).status()).isEqualTo(401);
        assertThat(get("/keys", TestIdentity.acmeScientist()).status()).isEqualTo(403);
        assertThat(get("/keys", TestIdentity.acmeOperator()).body())
                .isNotEmpty()
                .allSatisfy(account ->
                        assertThat(account.path("organization_id").asString()).isEqualTo(TestIdentity.ACME.toString()));
        assertThat(get("/keys/" + TestIdentity.GLOBEX, TestIdentity.acmeOperator())
                        .status())
                .isEqualTo(404);
        assertThat(get("/keys/" + UUID.randomUUID(), TestIdentity.admin()).text("code"))
                .isEqualTo("NO_ACCOUNT");
        assertThat(post(rotateGlobex, "", null).status()).isEqualTo(401);
        assertThat(post(rotateGlobex, "", TestIdentity.acmeOperator()).status()).isEqualTo(403);
        assertThat(rotate(UUID.randomUUID()).text("code")).isEqualTo("NO_ACCOUNT");
        assertThat(get("/keys", TestIdentity.admin()).body().toString())
                .doesNotContain("sealed")
                .doesNotContain("key");
    }

    @Test
    void changesTheMasterKeyWhileCompaniesRegister() throws Exception {
        String first = Files.readString(MASTER_KEY_FILE);
        String second = newMasterKey();
        String signature = """
                {"organization_id": "%s", "payload_type": "text/plain", "payload": "aGVsbG8="}
                """.formatted(UUID.randomUUID());
        String signingKey = post("/signatures", signature, REGISTRY).text("key_id");
        List<Future<Integer>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 60; i++) {
                // Each makes an account of its own: sealed partly before, partly after.
                answers.add(threads.submit(() -> register(UUID.randomUUID(), UUID.randomUUID())));
                if (i == 30) {
                    Files.writeString(MASTER_KEY_FILE, second + "\n" + first);
                }
            }
            for (Future<Integer> answer : answers) {
                assertThat(answer.get(1, TimeUnit.MINUTES)).isEqualTo(200);
            }
        }
        String newId = MasterKeys.from("keys", second, null).currentId();
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            Answer status = get("/keys/master", TestIdentity.admin());
            assertThat(status.text("current")).isEqualTo(newId);
            assertThat(status.body().path("left").asLong()).isZero();
        });

        Files.writeString(MASTER_KEY_FILE, second + "\n");
        assertThat(post("/signatures", signature, REGISTRY).text("key_id")).isEqualTo(signingKey);
        UUID company = UUID.randomUUID();
        assertThat(register(UUID.randomUUID(), company)).isEqualTo(200);
        rotate(company);
        awaitDone(company);
        assertThat(jdbc.sql(
                                "select count(*) from account where encode(substring(sealed_key from 2 for 8), 'hex') <> :id")
                        .param("id", newId)
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void doesNotStartWithoutAMasterKeyThatRowsNeedAndNamesItNotShowsIt(CapturedOutput output, @TempDir Path folder)
            throws Exception {
        String needed = Files.readString(MASTER_KEY_FILE).lines().findFirst().orElseThrow();
        String other = newMasterKey();
        Path file = Files.writeString(folder.resolve("keys"), other);
        String[] arguments = {
            "--server.port=0",
            "--spring.datasource.url=" + environment.getProperty("spring.datasource.url"),
            "--spring.datasource.username=" + environment.getProperty("spring.datasource.username"),
            "--spring.datasource.password=" + environment.getProperty("spring.datasource.password"),
            "--mlaas.blockchain.master-key-file=" + file,
            "--mlaas.blockchain.rpc-url=" + NODE.url()
        };

        assertThatThrownBy(() -> SpringApplication.run(BlockchainApplication.class, arguments))
                .isInstanceOf(RuntimeException.class);

        assertThat(output.getAll())
                .contains("APPLICATION FAILED TO START")
                .contains("sealed with master key "
                        + MasterKeys.from("keys", needed, null).currentId())
                .contains(MasterKeys.from("keys", other, null).currentId())
                .doesNotContain(needed)
                .doesNotContain(other);
    }

    private int register(UUID asset, UUID company) {
        return post("/contract", dataset(asset, company, SHA256), REGISTRY).status();
    }

    private Answer rotate(UUID organization) {
        return post("/keys/" + organization + "/rotate", "", TestIdentity.admin());
    }

    private void awaitDone(UUID organization) {
        await().atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertThat(get("/keys/" + organization, TestIdentity.admin())
                                .body()
                                .path("rotations")
                                .path(0)
                                .path("step")
                                .asString())
                        .isEqualTo("DONE"));
    }

    private List<String> list(UUID organization) {
        List<String> list = new ArrayList<>();
        get("/keys/" + organization, TestIdentity.admin())
                .body()
                .path("accounts")
                .forEach(account -> list.add(account.path("address").asString() + " "
                        + account.path("state").asString()));
        return list;
    }

    private ChainEvidence evidence(UUID asset) {
        return directory.evidence(asset).orElseThrow();
    }

    private static String newMasterKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }
}
