package io.mlaas.blockchain.anchor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.blockchain.RunningService;
import io.mlaas.blockchain.directory.Registry;
import io.mlaas.contracts.ChainReader;
import io.mlaas.contracts.RegistryReader;
import io.mlaas.provenance.merkle.InclusionProof;
import io.mlaas.testkit.TestIdentity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** Digests from the request to the proof, on a real chain and a real database, whatever breaks in between. */
class AnchorApiTest extends RunningService {
    private static final UUID MODEL = UUID.fromString("e9a4bd0e-2f67-44b7-8d4b-d3bd4d2a0e5c");

    @Autowired
    private Registry registry;

    @Autowired
    private ChainReader chain;

    @Autowired
    private AnchorBatches batches;

    @Autowired
    private TransactionTemplate inTransaction;

    @Test
    void aDigestIsProvedToBeUnderARootOnTheChain() {
        List<String> digests = digests(3);

        assertThat(anchor(TestIdentity.ACME, digests).status()).isEqualTo(202);

        for (String digest : digests) {
            InclusionProof proof = awaitProof(TestIdentity.ACME, digest);
            assertThat(proof.digest()).isEqualTo(digest);
            assertThat(proof.registry()).isEqualTo(get("/chain", REGISTRY).text("registry"));
            assertThat(proof.chainId()).isEqualTo(1337);
            assertThat(onChain().verify(proof.root(), digest, proof.logIndex(), proof.hashes()))
                    .isTrue();
            JsonNode receipt = rpcResult("eth_getTransactionReceipt", proof.transaction());
            assertThat(receipt.path("to").asString()).isEqualToIgnoringCase(proof.registry());
            assertThat(Long.decode(receipt.path("blockNumber").asString())).isEqualTo(proof.block());
        }
    }

    @Test
    void whatIsGivenAgainIsAnchoredOnceAndForEachOrganization() {
        String digest = digests(1).getFirst();
        anchor(TestIdentity.ACME, List.of(digest, digest));
        InclusionProof proof = awaitProof(TestIdentity.ACME, digest);

        assertThat(anchor(TestIdentity.ACME, List.of(digest)).status()).isEqualTo(202);
        assertThat(proof(TestIdentity.ACME, digest)).isEqualTo(proof);
        assertThat(leavesOf(digest)).isEqualTo(1);
        assertThat(status(TestIdentity.GLOBEX, digest).status()).isEqualTo(404);

        anchor(TestIdentity.GLOBEX, List.of(digest));
        InclusionProof others = awaitProof(TestIdentity.GLOBEX, digest);
        assertThat(leavesOf(digest)).isEqualTo(2);
        // Alone in their batches, both share what is on the chain.
        assertThat(others.batch() == proof.batch()).isEqualTo(others.root().equals(proof.root()));
    }

    @Test
    void tenThousandDigestsShareATransaction() {
        List<String> digests = digests(10_000);

        anchor(TestIdentity.ACME, digests);

        InclusionProof proof = awaitProof(TestIdentity.ACME, digests.getFirst());
        assertThat(proof.treeSize()).isEqualTo(10_000);
        assertThat(proof.hashes()).hasSizeLessThanOrEqualTo(14);
        JsonNode receipt = rpcResult("eth_getTransactionReceipt", proof.transaction());
        assertThat(Long.decode(receipt.path("gasUsed").asString())).isLessThan(100_000);
        Set<String> transactions = new HashSet<>();
        Set<Long> places = new HashSet<>();
        for (int i = 0; i < digests.size(); i += 99) {
            InclusionProof other = awaitProof(TestIdentity.ACME, digests.get(i));
            transactions.add(other.transaction());
            places.add(other.logIndex());
        }
        // The batch may have begun with a digest of another test, which left one of these to the next.
        assertThat(transactions).hasSizeLessThanOrEqualTo(2);
        assertThat(places).hasSizeGreaterThan(100);
    }

    @Test
    void neitherLosesNorDoublesALeafWhenABatchIsNotSettled() {
        String digest = digests(1).getFirst();
        inTransaction.executeWithoutResult(status -> {
            anchorDirectly(digest);
            batches.freeze();
            status.setRollbackOnly();
        });
        assertThat(status(TestIdentity.ACME, digest).status()).isEqualTo(404);

        anchor(TestIdentity.ACME, List.of(digest));

        awaitProof(TestIdentity.ACME, digest);
        assertThat(leavesOf(digest)).isEqualTo(1);
    }

    @Test
    void anchorsOnceWhatWasSignedAndNotSentOrSentAndNotHeardOf() {
        for (boolean passedOn : new boolean[] {false, true}) {
            List<String> digests = digests(5);
            NODE.misbehave(call -> {
                if (call.sends() && passedOn) {
                    call.passOn();
                }
                return call.sends() || call.method().equals("eth_getTransactionReceipt") ? null : call.passOn();
            });
            anchor(TestIdentity.ACME, digests);
            await().atMost(Duration.ofSeconds(60)).until(() -> isSigned(digests.getFirst()));
            // What comes meanwhile is not put into the batch that is signed.
            String later = digests(1).getFirst();
            anchor(TestIdentity.ACME, List.of(later));
            assertThat(status(TestIdentity.ACME, digests.getFirst()).text("state"))
                    .isEqualTo("PENDING");
            NODE.behave();

            InclusionProof proof = awaitProof(TestIdentity.ACME, digests.getFirst());
            assertThat(anchoredOnChain(proof.root())).isEqualTo(1);
            for (String digest : digests) {
                assertThat(awaitProof(TestIdentity.ACME, digest).root()).isEqualTo(proof.root());
            }
            assertThat(awaitProof(TestIdentity.ACME, later).root()).isNotEqualTo(proof.root());
        }
    }

    @Test
    void takesWhatTheChainHasFromBeforeADatabaseWasRestored() {
        String digest = digests(1).getFirst();
        anchor(TestIdentity.ACME, List.of(digest));
        InclusionProof proof = awaitProof(TestIdentity.ACME, digest);

        inTransaction.executeWithoutResult(status -> {
            jdbc.sql("update chain_transaction set state = 'DISPLACED' where request_key = :purpose")
                    .param("purpose", "anchor:" + proof.root())
                    .update();
            jdbc.sql("update anchor_batch set anchored_at = null where root = :root")
                    .param("root", proof.root())
                    .update();
        });

        assertThat(awaitProof(TestIdentity.ACME, digest)).isEqualTo(proof);
        assertThat(anchoredOnChain(proof.root())).isEqualTo(1);
    }

    @Test
    void anchorsAgainWhatAReorganisationTookFromTheChain() {
        String snapshot = rpc("evm_snapshot");
        List<String> digests = digests(4);
        anchor(TestIdentity.ACME, digests);
        InclusionProof before = awaitProof(TestIdentity.ACME, digests.getFirst());

        assertThat(rpc("evm_revert", snapshot)).isEqualTo("true");

        await().atMost(Duration.ofSeconds(60)).until(() -> anchoredOnChain(before.root()) == 1);
        // For half a second, what was the newest block may still count.
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            InclusionProof after = awaitProof(TestIdentity.ACME, digests.getFirst());
            assertThat(after.hashes()).isEqualTo(before.hashes());
            assertThat(after.block())
                    .isEqualTo(onChain().batchOf(after.root()).orElseThrow().block());
        });
        assertThat(anchoredOnChain(before.root())).isEqualTo(1);
    }

    @Test
    void publishesAndRevokesKeys() {
        String fingerprint = digests(1).getFirst();

        registry.publishKey(TestIdentity.ACME, fingerprint);
        registry.publishKey(TestIdentity.ACME, fingerprint);

        assertThat(registry.keyOf(fingerprint).orElseThrow().organizationId()).isEqualTo(TestIdentity.ACME);
        registry.revokeKey(TestIdentity.ACME, fingerprint);
        assertThat(registry.keyOf(fingerprint).orElseThrow().revokedAt()).isNotNull();
    }

    @Test
    void refusesWhatIsNoDigestAndWhatIsAnothersToGive() {
        String digest = digests(1).getFirst();
        assertThat(anchor(TestIdentity.ACME, List.of(digest.substring(1))).status())
                .isEqualTo(422);
        assertThat(anchor(TestIdentity.ACME, List.of()).status()).isEqualTo(422);
        assertThat(status(TestIdentity.ACME, "AB").status()).isEqualTo(404);
        Answer onBehalf = exchange(http.post()
                .uri("/anchors")
                .header("Authorization", "Bearer " + REGISTRY)
                .header("X-On-Behalf-Of", TestIdentity.acmeScientist())
                .header("Content-Type", "application/json")
                .body(body(TestIdentity.GLOBEX, List.of(digest))));
        assertThat(onBehalf.status()).isEqualTo(403);
        assertThat(status(TestIdentity.GLOBEX, digest).status()).isEqualTo(404);
    }

    private RegistryReader onChain() {
        return new RegistryReader(chain, registry.address());
    }

    private void anchorDirectly(String digest) {
        jdbc.sql("""
                insert into anchor_leaf (organization_id, kind, asset_id, digest)
                values (:organization, 'MODEL', :asset, decode(:digest, 'hex'))
                """)
                .param("organization", TestIdentity.ACME)
                .param("asset", MODEL)
                .param("digest", digest)
                .update();
    }

    private int leavesOf(String digest) {
        return jdbc.sql("select count(*) from anchor_leaf where digest = decode(:digest, 'hex')")
                .param("digest", digest)
                .query(Integer.class)
                .single();
    }

    private boolean isSigned(String digest) {
        return jdbc.sql("""
                select exists (select from anchor_leaf join anchor_batch on anchor_batch.id = batch_id
                    join chain_transaction on request_key = 'anchor:' || root
                    where digest = decode(:digest, 'hex'))
                """).param("digest", digest).query(Boolean.class).single();
    }

    private int anchoredOnChain(String root) {
        return rpcResult(
                        "eth_getLogs",
                        Map.of(
                                "fromBlock",
                                "0x0",
                                "toBlock",
                                "latest",
                                "address",
                                registry.address(),
                                "topics",
                                Stream.of(null, null, "0x" + root).toList()))
                .size();
    }

    private InclusionProof awaitProof(UUID organization, String digest) {
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            Answer answer = status(organization, digest);
            return answer.status() == 200 && answer.text("state").equals("ANCHORED");
        });
        return proof(organization, digest);
    }

    /** As it is served, and therefore in its one spelling. */
    private InclusionProof proof(UUID organization, String digest) {
        JsonNode proof = status(organization, digest).body().path("proof");
        InclusionProof read = InclusionProof.parse(JSON.writeValueAsBytes(proof));
        read.verify();
        return read;
    }

    private Answer status(UUID organization, String digest) {
        return get("/anchors/" + digest + "?organization_id=" + organization, REGISTRY);
    }

    private Answer anchor(UUID organization, List<String> digests) {
        return post("/anchors", body(organization, digests), REGISTRY);
    }

    private static String body(UUID organization, List<String> digests) {
        return JSON.writeValueAsString(Map.of(
                "items",
                digests.stream()
                        .map(digest -> Map.of(
                                "organization_id", organization, "kind", "MODEL", "asset_id", MODEL, "digest", digest))
                        .toList()));
    }

    private static List<String> digests(int n) {
        List<String> digests = new ArrayList<>();
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (int i = 0; i < n; i++) {
                digests.add(HexFormat.of()
                        .formatHex(sha256.digest(UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII))));
            }
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        return digests;
    }
}
