package io.mlaas.stack.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.contracts.AnchoredBatch;
import io.mlaas.contracts.PublishedKey;
import io.mlaas.provenance.disclosure.Commitments;
import io.mlaas.provenance.disclosure.Disclosure;
import io.mlaas.provenance.dsse.LocalSigner;
import io.mlaas.provenance.intoto.ResourceDescriptor;
import io.mlaas.provenance.intoto.Statement;
import io.mlaas.provenance.json.StrictJson;
import io.mlaas.provenance.merkle.InclusionProof;
import io.mlaas.provenance.merkle.MerkleTree;
import io.mlaas.provenance.signing.Bundle;
import io.mlaas.provenance.signing.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.StringNode;

/** Everything that is shown of a model, whole and with each of its bytes flipped, against a chain made of values. */
class EvidenceCheckTest {
    private static final UUID ACME = UUID.fromString("5d066d58-06de-47ab-a2f6-c8f413e21947");
    private static final String REGISTRY = "0xDc64a140Aa3E981100a9becA4E685f962f0cF6C9";
    private static final String TRANSACTION = "0x" + "ab".repeat(32);
    private static final Instant TIME = Instant.parse("2026-11-22T18:00:00Z");

    @TempDir
    private Path folder;

    private final FakeChain chain = new FakeChain();
    private final List<String> found = new ArrayList<>();
    private LocalSigner company;
    private LocalSigner platform;
    private Evidence good;

    /** A chain with one batch and two keys, that a test changes. */
    private static final class FakeChain implements Anchoring {
        private long id = 1337;
        private boolean genuine = true;
        private final Map<String, AnchoredBatch> batches = new HashMap<>();
        private final Map<String, PublishedKey> keys = new HashMap<>();

        @Override
        public long chainId() {
            return id;
        }

        @Override
        public String registry() {
            return REGISTRY;
        }

        @Override
        public boolean isGenuine() {
            return genuine;
        }

        @Override
        public Optional<AnchoredBatch> batchOf(String root) {
            return Optional.ofNullable(batches.get(root));
        }

        @Override
        public Optional<String> transactionOf(AnchoredBatch batch) {
            return Optional.of(TRANSACTION);
        }

        @Override
        public Optional<PublishedKey> keyOf(String fingerprint) {
            return Optional.ofNullable(keys.get(fingerprint));
        }

        private void publish(LocalSigner signer, UUID organization, Instant revokedAt) {
            keys.put(
                    signer.key().id(),
                    new PublishedKey(organization, signer.key().id(), TIME, revokedAt));
        }
    }

    @BeforeEach
    void showEverything() throws Exception {
        company = signer();
        platform = signer();
        chain.publish(company, ACME, null);
        chain.publish(platform, null, null);
        Path file = Files.writeString(folder.resolve("model.bin"), "weights of a model, forty bytes or so");
        String digest = FileDigests.of(file).sha256();
        Manifest manifest = Manifest.ofFile("model.bin", digest);
        byte[] bundle = Bundle.sign(manifest, company).toJson();
        List<ResourceDescriptor> subject = List.of(ResourceDescriptor.sha256("model.bin", digest));
        JsonNode facts = JsonNodeFactory.instance.objectNode().put("epochs", 3);
        byte[] provenance = new Statement(subject, "https://slsa.dev/provenance/v1", facts)
                .sign(platform)
                .toJson();
        Commitments commitments = Commitments.to(
                Map.of("dataset", StringNode.valueOf("digits"), "seed", StringNode.valueOf("42")),
                sha256(provenance),
                new SecureRandom());
        var committed = new Statement(subject, Commitments.TYPE, commitments.predicate()).sign(platform);
        var disclosed = JsonNodeFactory.instance.objectNode();
        disclosed.set("envelope", committed.toTree());
        Disclosure dataset = commitments.disclosures().get("dataset");
        disclosed.putArray("disclosures").add(dataset.encoded());
        List<byte[]> proofs =
                anchored(List.of(digest, manifest.subjectDigest(), sha256(provenance), sha256(committed.toJson())));
        good = new Evidence(
                file,
                proofs,
                bundle,
                provenance,
                StrictJson.write(disclosed),
                List.of(company.key().pem(), platform.key().pem()));
    }

    @Test
    void followsEveryLinkToTheChain() throws IOException {
        check(good);

        assertThat(String.join("\n", found))
                .contains("registry: " + REGISTRY + " on chain 1337 (code as published)")
                .contains("signature: of model.bin, by the key " + company.key().id())
                .contains("key: " + company.key().id() + " is published as the key of organization " + ACME)
                .contains("key: " + platform.key().id() + " is published as the key of the platform")
                .contains("disclosed: dataset = \"digits\"")
                .doesNotContain("seed")
                .contains("anchored: the file: 5 of 13 in batch 7, block 17")
                .contains("anchored: the signed model: 6 of 13")
                .contains("anchored: the provenance: 7 of 13")
                .contains("anchored: the commitments: 8 of 13");
    }

    @Test
    void everyFlippedByteOfEveryArtefactIsRefusedWithTheLinkThatBroke() throws IOException {
        byte[] file = Files.readAllBytes(good.file());
        List<String> links = new ArrayList<>();
        int flips = 0;
        for (int at = 0; at < file.length; at++) {
            Files.write(good.file(), flipped(file, at));
            links.add(refusal(good));
            flips++;
        }
        Files.write(good.file(), file);
        flips += flip(good.signature(), links, bytes -> with(bytes, null, null));
        flips += flip(good.provenance(), links, bytes -> with(null, bytes, null));
        flips += flip(good.disclosure(), links, bytes -> with(null, null, bytes));
        flips += flip(
                good.proofs().getFirst(),
                links,
                bytes -> new Evidence(good.file(), List.of(bytes), null, null, null, List.of()));
        for (String pem : good.keys()) {
            flips += flip(pem.getBytes(StandardCharsets.ISO_8859_1), links, bytes -> {
                List<String> keys = new ArrayList<>(good.keys());
                keys.set(keys.indexOf(pem), new String(bytes, StandardCharsets.ISO_8859_1));
                return new Evidence(
                        good.file(), good.proofs(), good.signature(), good.provenance(), good.disclosure(), keys);
            });
        }

        assertThat(links).hasSize(flips).allMatch(refusal -> refusal.contains(": "));
        assertThat(flips).isGreaterThan(3_000);
        assertThat(links.stream().map(refusal -> refusal.replaceAll(":.*", "")).distinct())
                .contains(
                        "file under the signature",
                        "signature",
                        "provenance",
                        "disclosure",
                        "proof",
                        "key",
                        "digest of the proof",
                        "path from the digest to the root",
                        "chain of the proof",
                        "registry of the proof",
                        "root on the chain");
    }

    private int flip(byte[] artefact, List<String> links, Function<byte[], Evidence> shown) throws IOException {
        for (int at = 0; at < artefact.length; at++) {
            links.add(refusal(shown.apply(flipped(artefact, at))));
        }
        return artefact.length;
    }

    private Evidence with(byte[] signature, byte[] provenance, byte[] disclosure) {
        return new Evidence(good.file(), List.of(), signature, provenance, disclosure, good.keys());
    }

    @Test
    void saysWhichLinkBreaksOnTheChain() throws IOException {
        InclusionProof proof = InclusionProof.parse(good.proofs().getFirst());
        AnchoredBatch batch = chain.batches.get(proof.root());

        chain.id = 1;
        assertThat(refusal(good)).startsWith("chain of the proof: chain_id 1337 (expected: 1,");
        chain.id = 1337;
        chain.genuine = false;
        assertThat(refusal(good)).startsWith("registry: " + REGISTRY + " on chain 1337 (expected: the published code");
        chain.genuine = true;
        chain.batches.put(proof.root(), new AnchoredBatch(7, proof.root(), 12, 17, TIME));
        assertThat(refusal(good)).startsWith("root on the chain: tree_size 13 (expected: 12");
        chain.batches.clear();
        assertThat(refusal(good)).startsWith("root on the chain: " + proof.root() + " is not anchored in " + REGISTRY);
        chain.batches.put(proof.root(), batch);
        chain.publish(company, ACME, TIME);
        assertThat(refusal(good)).startsWith("key: " + company.key().id() + " was revoked at 2026-11-22T18:00:00Z");
        chain.publish(company, ACME, null);
        chain.publish(platform, ACME, null);
        assertThat(refusal(good)).startsWith("key: " + platform.key().id() + " is the key of organization " + ACME);
        chain.keys.remove(platform.key().id());
        assertThat(refusal(good)).startsWith("key: " + platform.key().id() + " is not published in " + REGISTRY);
        chain.publish(platform, null, null);
        check(good);
    }

    @Test
    void whatAReplacedKeySignedStaysGoodIfItWasAnchoredBefore() throws IOException {
        chain.publish(company, ACME, TIME.plusSeconds(1));
        chain.publish(platform, null, TIME.plusSeconds(1));

        check(good);
        assertThat(refusal(with(good.signature(), null, null)))
                .startsWith("key: " + company.key().id() + " was revoked at 2026-11-22T18:00:01Z (expected: a --proof");
    }

    @Test
    void whatIsSignedByAStrangerOrAboutAnotherFileIsRefused() throws Exception {
        LocalSigner stranger = signer();
        Manifest manifest =
                Manifest.ofFile("model.bin", FileDigests.of(good.file()).sha256());
        assertThat(refusal(with(Bundle.sign(manifest, stranger).toJson(), null, null)))
                .startsWith("signature: signed by the key " + stranger.key().id() + " (given with --key: ");

        Statement other = new Statement(
                List.of(ResourceDescriptor.sha256("model.bin", "cd".repeat(32))),
                "https://slsa.dev/provenance/v1",
                JsonNodeFactory.instance.objectNode());
        assertThat(refusal(with(null, other.sign(platform).toJson(), null)))
                .startsWith("subject of the provenance: {sha256=" + "cd".repeat(32) + "} (expected: sha256 ");
        assertThatThrownBy(() -> check(new Evidence(
                        Files.writeString(folder.resolve("other.bin"), "x"),
                        good.proofs(),
                        null,
                        null,
                        null,
                        List.of())))
                .isInstanceOf(BrokenLinkException.class)
                .hasMessageStartingWith("digest of the proof: ");
    }

    private void check(Evidence evidence) throws IOException {
        found.clear();
        new EvidenceCheck(chain, (link, what) -> found.add(link + ": " + what)).check(evidence);
    }

    private String refusal(Evidence evidence) throws IOException {
        try {
            check(evidence);
        } catch (BrokenLinkException e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("taken: " + found);
    }

    /** The proofs of these digests in a batch with others. */
    private List<byte[]> anchored(List<String> digests) {
        List<byte[]> leaves = new ArrayList<>();
        for (int i = 0; i < 13; i++) {
            leaves.add(HexFormat.of().parseHex("%02x".formatted(i).repeat(32)));
        }
        for (int i = 0; i < digests.size(); i++) {
            leaves.set(5 + i, HexFormat.of().parseHex(digests.get(i)));
        }
        MerkleTree tree = MerkleTree.of(leaves);
        String root = HexFormat.of().formatHex(tree.root());
        chain.batches.put(root, new AnchoredBatch(7, root, 13, 17, TIME));
        List<byte[]> proofs = new ArrayList<>();
        for (int i = 0; i < digests.size(); i++) {
            List<String> path =
                    tree.path(5 + i).stream().map(HexFormat.of()::formatHex).toList();
            proofs.add(
                    new InclusionProof(digests.get(i), 5 + i, 13, path, root, 1337, REGISTRY, 7, TRANSACTION, 17, TIME)
                            .toJson());
        }
        return proofs;
    }

    /** One bit of a byte, each time another. */
    private static byte[] flipped(byte[] bytes, int at) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << at % 8);
        return flipped;
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static LocalSigner signer() {
        return new LocalSigner(LocalSigner.newKeyPair());
    }
}
