package io.mlaas.stack.evidence;

import io.mlaas.contracts.AnchoredBatch;
import io.mlaas.provenance.InvalidEvidenceException;
import io.mlaas.provenance.dsse.Envelope;
import io.mlaas.provenance.dsse.EvidenceKey;
import io.mlaas.provenance.intoto.Statement;
import io.mlaas.provenance.merkle.InclusionProof;
import io.mlaas.provenance.signing.Bundle;
import io.mlaas.provenance.signing.Manifest;
import io.mlaas.provenance.signing.ModelHasher;
import io.mlaas.provenance.signing.ModelVerifier;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Follows every link from a file to what is said of it and to the chain, and stops at the first that does not hold. Asks
 * nothing but the chain.
 */
public final class EvidenceCheck {
    private final Anchoring chain;
    private final BiConsumer<String, String> found;

    /** What may be anchored, by its digest. */
    private final Map<String, String> subjects = new LinkedHashMap<>();

    /** When what has a digest was anchored. */
    private final Map<String, Instant> anchoredAt = new HashMap<>();

    private final List<Signed> signed = new ArrayList<>();

    /** What a key signed, by the digest that is anchored of it. */
    private record Signed(EvidenceKey key, boolean ofThePlatform, String digest) {}

    /** @param found is told each link that holds, and what it leads to */
    public EvidenceCheck(Anchoring chain, BiConsumer<String, String> found) {
        this.chain = chain;
        this.found = found;
    }

    /** @throws BrokenLinkException at the first link that does not hold */
    public void check(Evidence evidence) throws IOException {
        FileDigests digests = FileDigests.of(evidence.file());
        found.accept("file", "%s (%d bytes), sha256 %s".formatted(evidence.file(), digests.size(), digests.sha256()));
        subjects.put(digests.sha256(), "the file");
        requireRegistry();
        Keys keys = link("key", () -> new Keys(chain, evidence.keys(), found));
        if (evidence.signature() != null) {
            signature(evidence, evidence.signature(), keys, digests);
        }
        if (evidence.provenance() != null) {
            provenance(evidence.provenance(), keys, digests);
        }
        if (evidence.disclosure() != null) {
            disclosure(evidence.disclosure(), keys, digests);
        }
        for (byte[] proof : evidence.proofs()) {
            proof(proof);
        }
        for (Signed one : signed) {
            link("key", () -> keys.requireGood(one.key(), one.ofThePlatform(), anchoredAt.get(one.digest())));
        }
    }

    private void requireRegistry() {
        if (!chain.isGenuine()) {
            throw new BrokenLinkException(
                    "registry",
                    chain.registry() + " on chain " + chain.chainId()
                            + " (expected: the published code of AnchorRegistry)");
        }
        found.accept("registry", "%s on chain %d (code as published)".formatted(chain.registry(), chain.chainId()));
    }

    private void signature(Evidence evidence, byte[] json, Keys keys, FileDigests digests) throws IOException {
        Bundle bundle = link("signature", () -> Bundle.parse(json));
        EvidenceKey key = link("signature", () -> keys.of(bundle));
        Manifest manifest = link("signature", () -> bundle.verify(key));
        if (manifest.resources().size() == 1 && !manifest.serialization().isSharded()) {
            String expected = manifest.resources().getFirst().digest();
            require("file under the signature", "SHA-256", digests.sha256(), expected, "signed");
        } else {
            try {
                new ModelVerifier(new ModelHasher()).verify(manifest, evidence.file());
            } catch (InvalidEvidenceException e) {
                throw new BrokenLinkException("file under the signature", e);
            }
        }
        subjects.put(manifest.subjectDigest(), "the signed model");
        found.accept("signature", "of %s, by the key %s".formatted(manifest.modelName(), key.id()));
        signed.add(new Signed(key, false, manifest.subjectDigest()));
    }

    private void provenance(byte[] json, Keys keys, FileDigests digests) {
        Envelope envelope = link("provenance", () -> Envelope.parse(json));
        Statement statement = statement("provenance", envelope, sha256(json), keys, digests);
        subjects.put(sha256(json), "the provenance");
        found.accept("provenance", "a statement of the type " + statement.predicateType());
    }

    private void disclosure(byte[] json, Keys keys, FileDigests digests) {
        DisclosedFacts disclosed = link("disclosure", () -> DisclosedFacts.parse(json));
        String committed = sha256(disclosed.envelope().toJson());
        Statement statement = statement("disclosure", disclosed.envelope(), committed, keys, digests);
        Map<String, String> facts = link("disclosure", () -> disclosed.open(statement));
        subjects.put(committed, "the commitments");
        facts.forEach((name, value) -> found.accept("disclosed", name + " = " + value));
    }

    /** A statement that the platform signed about this file. */
    private Statement statement(String link, Envelope envelope, String digest, Keys keys, FileDigests digests) {
        EvidenceKey key = link(link, () -> keys.of(envelope));
        Statement statement = link(link, () -> Statement.verify(envelope, key));
        signed.add(new Signed(key, true, digest));
        boolean aboutTheFile = statement.subject().stream()
                .anyMatch(subject -> digests.sha256().equals(subject.digest().get("sha256")));
        if (!aboutTheFile) {
            throw new BrokenLinkException(
                    "subject of the " + link,
                    "%s (expected: sha256 %s, the file's)"
                            .formatted(statement.subject().getFirst().digest(), digests.sha256()));
        }
        return statement;
    }

    private void proof(byte[] json) {
        InclusionProof proof = link("proof", () -> InclusionProof.parse(json));
        String subject = subjects.get(proof.digest());
        if (subject == null) {
            throw new BrokenLinkException("digest of the proof", proof.digest() + " (expected: of " + subjects + ")");
        }
        link("path from the digest to the root", () -> {
            proof.verify();
            return proof;
        });
        require("chain of the proof", "chain_id", proof.chainId(), chain.chainId(), "the chain that is asked");
        require("registry of the proof", "registry", proof.registry(), chain.registry(), "the one to be believed");
        String link = "root on the chain";
        AnchoredBatch batch = chain.batchOf(proof.root())
                .orElseThrow(
                        () -> new BrokenLinkException(link, proof.root() + " is not anchored in " + chain.registry()));
        require(link, "tree_size", proof.treeSize(), batch.size(), "on the chain");
        require(link, "batch", proof.batch(), batch.number(), "on the chain");
        require(link, "block", proof.block(), batch.block(), "on the chain");
        require(link, "block_time", proof.blockTime(), batch.time(), "on the chain");
        String transaction = chain.transactionOf(batch)
                .orElseThrow(() -> new BrokenLinkException(link, "the node knows no transaction that anchored it"));
        require(link, "transaction", proof.transaction(), transaction, "on the chain");
        anchoredAt.put(proof.digest(), batch.time());
        found.accept(
                "anchored",
                "%s: %d of %d in batch %d, block %d, %s, transaction %s"
                        .formatted(
                                subject,
                                proof.logIndex(),
                                proof.treeSize(),
                                batch.number(),
                                batch.block(),
                                batch.time(),
                                transaction));
    }

    private static void require(String link, String what, Object actual, Object expected, String where) {
        if (!Objects.equals(actual, expected)) {
            throw new BrokenLinkException(link, "%s %s (expected: %s, %s)".formatted(what, actual, expected, where));
        }
    }

    private static <T> T link(String name, Supplier<T> question) {
        try {
            return question.get();
        } catch (InvalidEvidenceException e) {
            throw new BrokenLinkException(name, e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
