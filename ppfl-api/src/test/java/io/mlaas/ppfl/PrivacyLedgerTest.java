package io.mlaas.ppfl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.api.blockchain.AnchorKind;
import io.mlaas.kit.problem.ProblemException;
import io.mlaas.kit.security.Caller;
import io.mlaas.kit.security.CallerAuthentication;
import io.mlaas.ppfl.ledger.PrivacyLedger;
import io.mlaas.ppfl.ledger.PrivacyProblem;
import io.mlaas.privacy.accounting.Conversion;
import io.mlaas.privacy.accounting.GaussianRdp;
import io.mlaas.privacy.accounting.Orders;
import io.mlaas.privacy.accounting.PrivacyCost;
import io.mlaas.privacy.accounting.RdpCurve;
import io.mlaas.provenance.merkle.InclusionProof;
import io.mlaas.testkit.TestIdentity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.security.core.context.SecurityContextHolder;
import tools.jackson.databind.JsonNode;

class PrivacyLedgerTest extends RunningService {
    private static final RdpCurve RUN = GaussianRdp.sampled(1, .01, Orders.PATE).times(1000);
    private static final PrivacyCost CURVED = PrivacyCost.of(RUN, 1e-5, Conversion.TIGHT, "1,000 steps");
    private static final PrivacyCost PLAIN = new PrivacyCost(1, 0, "pure", null, "one answer");

    @Autowired
    PrivacyLedger ledger;

    @Autowired
    FakeAnchors anchors;

    @Test
    void noMoreIsReservedThanTheLimitHoweverManyAskAtOnce() throws Exception {
        String owner = newOwner();
        limit(owner, 10, 1e-5);
        List<Callable<Boolean>> asked = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            asked.add(() -> reserved(owner, UUID.randomUUID(), PLAIN));
        }
        int reserved = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(20)) {
            for (Future<Boolean> answer : threads.invokeAll(asked)) {
                reserved += answer.get() ? 1 : 0;
            }
        }
        assertThat(reserved).isEqualTo(10);
        JsonNode budget = get("/privacy-budgets/" + owner).body();
        assertThat(budget.path("epsilon_committed").asDouble()).isEqualTo(10);
        assertThat(budget.path("epsilon_left").asDouble()).isZero();
        assertThat(budget.path("reserved").asInt()).isEqualTo(10);
    }

    @Test
    void oneFederationAskingManyTimesAtOnceReservesOnce() throws Exception {
        String owner = newOwner();
        UUID federation = UUID.randomUUID();
        List<Callable<Boolean>> asked = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            asked.add(() -> reserved(owner, federation, PLAIN));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(10)) {
            for (Future<Boolean> answer : threads.invokeAll(asked)) {
                assertThat(answer.get()).isTrue();
            }
        }
        assertThat(get("/privacy-budgets/" + owner).body().path("reserved").asInt())
                .isEqualTo(1);
    }

    @Test
    void jobsWithCurvesAreComposedByThemAndTheOthersBySums() throws Exception {
        String owner = newOwner();
        ledger.reserve(TestIdentity.ACME, owner, UUID.randomUUID(), "fedavg", "gaussian", CURVED);
        ledger.reserve(TestIdentity.ACME, owner, UUID.randomUUID(), "fedavg", "gaussian", CURVED);
        ledger.reserve(TestIdentity.ACME, owner, UUID.randomUUID(), "fedpate", "laplacian", PLAIN);
        ledger.reserve(
                TestIdentity.ACME, owner, UUID.randomUUID(), "fedavg", "none", PrivacyCost.unbounded("no noise"));

        JsonNode budget = get("/privacy-budgets/" + owner).body();
        assertThat(budget.path("epsilon_committed").asDouble())
                .isEqualTo(1 + RUN.times(2).guarantee(1e-5).epsilon());
        assertThat(budget.path("unbounded").asInt()).isEqualTo(1);
        assertThat(budget.path("default_limit").asBoolean()).isTrue();
        assertThat(budget.has("epsilon_limit")).isFalse();
        assertThat(budget.path("epsilon_spent").asDouble()).isZero();
    }

    @Test
    void whatIsNotSpentComesBackAndEndingTwiceChangesNothing() throws Exception {
        String owner = newOwner();
        limit(owner, 2.5, 1e-5);
        UUID first = UUID.randomUUID();
        UUID second = UUID.randomUUID();
        ledger.reserve(TestIdentity.ACME, owner, first, "fedavg", "gaussian", CURVED);
        assertThat(refusal(TestIdentity.ACME, owner, second))
                .startsWith("data owner " + owner + ": epsilon ")
                .contains("before it (expected: 2.5 at most at delta 1.0E-5)");
        // Who was let use another company's data is not told what else was spent of it.
        assertThat(refusal(TestIdentity.GLOBEX, owner, second))
                .isEqualTo("data owner " + owner
                        + ": epsilon 2.10137 of this federation (expected: what is left of a budget"
                        + " that its own company sees)");
        assertThatThrownBy(() -> ledger.reserve(
                        TestIdentity.ACME, owner, second, "fedavg", "none", PrivacyCost.unbounded("no noise")))
                .hasMessageContaining("a federation that promises no epsilon");

        ledger.settle(first, PrivacyCost.of(RUN.times(0), 1e-5, Conversion.TIGHT, "no step was taken"));
        ledger.release(first);
        ledger.settle(first, CURVED);
        ledger.reserve(TestIdentity.ACME, owner, second, "fedavg", "gaussian", CURVED);
        ledger.release(second);
        ledger.settleAsReserved(second);

        JsonNode entries = get("/privacy-budgets/" + owner + "/entries").body().path("items");
        assertThat(entries.size()).isEqualTo(2);
        assertThat(entries.get(0).path("state").asString()).isEqualTo("RELEASED");
        assertThat(entries.get(1).path("state").asString()).isEqualTo("SETTLED");
        assertThat(entries.get(1).path("epsilon").asDouble()).isZero();
        assertThat(events(first)).containsExactly("io.mlaas.privacy.reserved", "io.mlaas.privacy.settled");
        assertThat(events(second)).containsExactly("io.mlaas.privacy.reserved", "io.mlaas.privacy.released");
    }

    @Test
    void severalOwnersReserveTogetherOrNotAtAll() throws Exception {
        String plenty = "a-" + newOwner();
        String little = "b-" + newOwner();
        limit(plenty, 5, 1e-5);
        limit(little, .5, 1e-5);
        UUID federation = UUID.randomUUID();
        assertThatThrownBy(() -> ledger.reserve(
                        TestIdentity.ACME, List.of(little, plenty), federation, "fedpate", "laplacian", PLAIN))
                .hasMessageContaining(little);
        assertThat(get("/privacy-budgets/" + plenty).body().path("reserved").asInt())
                .isZero();
        assertThat(events(federation)).isEmpty();
    }

    @Test
    void recordsAreAnchoredByteForByteAndChained() throws Exception {
        String owner = newOwner();
        UUID federation = UUID.randomUUID();
        anchors.loseAnswers(1);
        ledger.reserve(TestIdentity.ACME, owner, federation, "fedavg", "gaussian", CURVED);
        ledger.settle(federation, CURVED);

        JsonNode entry = get("/privacy-budgets/" + owner + "/entries")
                .body()
                .path("items")
                .get(0);
        String records =
                "/privacy-budgets/" + owner + "/entries/" + entry.path("id").asString() + "/records/";
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> get(records + "SETTLED/proof").status() == 200
                        && get(records + "RESERVED/proof").status() == 200);
        Answer reserved = get(records + "RESERVED");
        Answer settled = get(records + "SETTLED");
        InclusionProof proof =
                InclusionProof.parse(get(records + "SETTLED/proof").text().getBytes(StandardCharsets.UTF_8));
        proof.verify();
        assertThat(proof.digest()).isEqualTo(sha256(settled.text()));
        assertThat(settled.body().path("previous").asString()).isEqualTo(sha256(reserved.text()));
        assertThat(settled.body().path("rdp").path("orders").size()).isEqualTo(Orders.PATE.size());
        assertThat(settled.body().path("salt").asString())
                .hasSize(32)
                .isNotEqualTo(reserved.body().path("salt").asString());
        assertThat(anchors.items(entry.path("id").asString()))
                .allSatisfy(item -> assertThat(item.kind()).isEqualTo(AnchorKind.PRIVACY_ENTRY));
        assertThat(get(records + "RELEASED").code()).isEqualTo("PRIVACY_RECORD_UNKNOWN");
    }

    @Test
    void participantsOfRealFederationsAreDataOwners() throws Exception {
        String owner = newOwner();
        String federation = realFederation("charged-" + UUID.randomUUID(), 2, 2, 3);
        String invitation = "{\"name\": \"%s\"}".formatted(owner);
        Answer invited = post("/federations/" + federation + "/participants", invitation);
        assertThat(invited.status()).as(invited.text()).isEqualTo(201);
        String path = "/privacy-budgets/" + owner;
        assertThat(get(path).body().path("unbounded").asInt()).isEqualTo(1);

        limit(owner, 1, 1e-5);
        String another = realFederation("refused-" + UUID.randomUUID(), 2, 2, 3);
        assertThat(post("/federations/" + another + "/participants", invitation).code())
                .isEqualTo("PRIVACY_BUDGET_EXCEEDED");

        assertThat(delete("/federations/" + federation).status()).isEqualTo(204);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> get(path + "/entries")
                .body()
                .path("items")
                .get(0)
                .path("state")
                .asString()
                .equals("RELEASED"));
        delete("/federations/" + another);
    }

    @Test
    void limitsAreSetByOperatorsAndChecked() throws Exception {
        String owner = newOwner();
        String path = "/privacy-budgets/" + owner + "/limit";
        String operator = TestIdentity.acmeOperator();
        assertThat(send("PUT", path, "{\"epsilon\": 3, \"delta\": 1e-6}", TestIdentity.acmeScientist())
                        .status())
                .isEqualTo(403);
        Answer set = send("PUT", path, "{\"epsilon\": 3, \"delta\": 1e-6}", operator);
        assertThat(set.status()).as(set.text()).isEqualTo(200);
        assertThat(set.body().path("epsilon_left").asDouble()).isEqualTo(3);
        assertThat(set.body().path("default_limit").asBoolean()).isFalse();
        assertThat(send("PUT", path, "{\"epsilon\": -1, \"delta\": 1e-6}", operator)
                        .detail())
                .isEqualTo("$.epsilon: -1.0 (expected: 0 or more)");
        assertThat(send("PUT", path, "{\"epsilon\": 1}", operator).detail())
                .isEqualTo("$.delta: null (expected: between 0 and 1)");
        assertThat(send("PUT", "/privacy-budgets/a%20b/limit", "{\"epsilon\": 3, \"delta\": 1e-6}", operator)
                        .code())
                .isEqualTo("INVALID_REQUEST");
    }

    @Test
    void entriesComeInPagesAndAreHiddenFromOtherCompanies() throws Exception {
        String owner = newOwner();
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            UUID federation = UUID.randomUUID();
            made.addFirst(federation.toString());
            ledger.reserve(TestIdentity.ACME, owner, federation, "fedavg", "gaussian", PLAIN);
        }
        String path = "/privacy-budgets/" + owner + "/entries";
        JsonNode first = get(path + "?limit=2").body();
        assertThat(federations(first)).isEqualTo(made.subList(0, 2));
        JsonNode rest = get(path + "?limit=2&cursor="
                        + first.path("next_cursor").asString())
                .body();
        assertThat(federations(rest)).isEqualTo(made.subList(2, 3));
        assertThat(rest.has("next_cursor")).isFalse();
        assertThat(get(path + "?limit=0").detail()).isEqualTo("limit: 0 (expected: 1 to 200)");
        assertThat(get(path + "?cursor=x").code()).isEqualTo("MALFORMED_REQUEST");

        String globex = TestIdentity.globexScientist();
        assertThat(send("GET", path, null, globex).code()).isEqualTo("PRIVACY_BUDGET_UNKNOWN");
        String record = path + "/" + first.path("items").get(0).path("id").asString() + "/records/RESERVED";
        assertThat(get(record).status()).isEqualTo(200);
        assertThat(send("GET", record, null, globex).code()).isEqualTo("PRIVACY_RECORD_UNKNOWN");
        assertThat(send("GET", "/privacy-budgets", null, globex).text()).doesNotContain(owner);
        assertThat(get("/privacy-budgets").text()).contains(owner);
    }

    private String refusal(UUID company, String owner, UUID federation) {
        Caller caller = new Caller("subject", "someone", company, Set.of("DATA_SCIENTIST"));
        SecurityContextHolder.getContext().setAuthentication(new CallerAuthentication(caller, null));
        try {
            ledger.reserve(TestIdentity.ACME, owner, federation, "fedavg", "gaussian", CURVED);
            return "reserved";
        } catch (ProblemException e) {
            assertThat(e.problem()).isEqualTo(PrivacyProblem.PRIVACY_BUDGET_EXCEEDED);
            return e.detail();
        } finally {
            SecurityContextHolder.clearContext();
        }
    }

    private boolean reserved(String owner, UUID federation, PrivacyCost cost) {
        try {
            ledger.reserve(TestIdentity.ACME, owner, federation, "fedpate", "laplacian", cost);
            return true;
        } catch (ProblemException e) {
            assertThat(e.problem()).isEqualTo(PrivacyProblem.PRIVACY_BUDGET_EXCEEDED);
            return false;
        }
    }

    private void limit(String owner, double epsilon, double delta) throws Exception {
        Answer set = send(
                "PUT",
                "/privacy-budgets/" + owner + "/limit",
                "{\"epsilon\": %s, \"delta\": %s}".formatted(epsilon, delta),
                TestIdentity.acmeOperator());
        assertThat(set.status()).as(set.text()).isEqualTo(200);
    }

    private static String newOwner() {
        return "owner-" + UUID.randomUUID();
    }

    private static List<String> federations(JsonNode page) {
        return page.path("items")
                .valueStream()
                .map(item -> item.path("federation_id").asString())
                .toList();
    }

    private List<String> events(UUID subject) {
        return jdbc
                .sql("select payload from outbox_event where key = :key order by sequence")
                .param("key", subject.toString())
                .query(String.class)
                .list()
                .stream()
                .map(text -> json.readTree(text).path("type").asString())
                .toList();
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
