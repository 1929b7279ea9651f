package io.mlaas.sharing;

import io.mlaas.api.blockchain.AnchorApi;
import io.mlaas.api.blockchain.AnchorRequest;
import io.mlaas.api.blockchain.AnchorStatus;
import io.mlaas.api.blockchain.InclusionProof;
import io.mlaas.api.blockchain.Signature;
import io.mlaas.api.blockchain.SignatureRequest;
import io.mlaas.api.blockchain.SigningApi;
import io.mlaas.api.blockchain.SigningKey;
import io.mlaas.provenance.dsse.LocalSigner;
import io.mlaas.provenance.dsse.Signer;
import io.mlaas.provenance.merkle.MerkleTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.ResourceAccessException;

/** blockchain-service's signatures and anchors in memory: real keys on P-256, real trees of RFC 6962, no chain. */
public final class FakeNotary implements SigningApi, AnchorApi {
    private static final HexFormat HEX = HexFormat.of();
    private static final Instant BLOCK_TIME = Instant.parse("2026-11-22T12:00:00Z");

    /** An organization's digest, and in which batch it is; batches are counted from 1. */
    private record Leaf(UUID organizationId, String digest) {}

    private final Map<Optional<UUID>, LocalSigner> signers = new ConcurrentHashMap<>();
    private final Map<String, Integer> signed = new ConcurrentHashMap<>();
    private final List<AnchorRequest.Item> items = new ArrayList<>();
    private final Map<Leaf, Integer> batchOf = new ConcurrentHashMap<>();
    private final List<List<String>> batches = new ArrayList<>();
    private List<String> waiting = new ArrayList<>();
    private volatile boolean down;
    private volatile Predicate<String> refused = payload -> false;
    private volatile HttpHeaders refusal = HttpHeaders.EMPTY;
    private volatile long block = 7;
    private int answersToLose;

    public void down(boolean down) {
        this.down = down;
    }

    /** Does what it is asked the next few times, but the answer gets lost. */
    public synchronized void loseAnswers(int count) {
        answersToLose = count;
    }

    /** Signs none of these payloads. */
    public void refuse(Predicate<String> payloads, HttpHeaders headers) {
        refusal = headers;
        refused = payloads;
    }

    /** From now on every root is in another block. */
    public void reorganise() {
        block++;
    }

    /** How often a payload was signed. */
    public int signatures(byte[] payload) {
        return signed.getOrDefault(Base64.getEncoder().encodeToString(payload), 0);
    }

    public LocalSigner signer(@Nullable UUID organizationId) {
        return signers.computeIfAbsent(
                Optional.ofNullable(organizationId), id -> new LocalSigner(LocalSigner.newKeyPair()));
    }

    /** What was handed over of an asset. */
    public synchronized List<AnchorRequest.Item> items(UUID assetId) {
        return items.stream().filter(item -> item.assetId().equals(assetId)).toList();
    }

    @Override
    public Signature sign(SignatureRequest request) {
        reach();
        if (refused.test(new String(request.payload(), StandardCharsets.UTF_8))) {
            throw HttpClientErrorException.create(
                    HttpStatus.UNPROCESSABLE_CONTENT, "Unprocessable", refusal, new byte[0], null);
        }
        Signer.Signed made = signer(request.organizationId()).sign(request.payloadType(), request.payload());
        signed.merge(Base64.getEncoder().encodeToString(request.payload()), 1, Integer::sum);
        answer();
        return new Signature(
                request.payloadType(),
                request.payload(),
                made.signature(),
                made.key().id(),
                made.key().pem());
    }

    @Override
    public List<SigningKey> signingKeys(@Nullable UUID organizationId) {
        reach();
        var key = signer(organizationId).key();
        return List.of(new SigningKey(key.id(), key.pem(), BLOCK_TIME, null, "0x" + "cd".repeat(32)));
    }

    @Override
    public synchronized void anchor(AnchorRequest request) {
        reach();
        for (AnchorRequest.Item item : request.items()) {
            items.add(item);
            Leaf leaf = new Leaf(item.organizationId(), item.digest());
            if (batchOf.putIfAbsent(leaf, batches.size() + 1) == null) {
                waiting.add(item.digest());
            }
        }
        answer();
    }

    /** A digest whose batch waits is pending once: then the batch is anchored. */
    @Override
    public synchronized AnchorStatus anchorOf(String digest, UUID organizationId) {
        reach();
        Integer batch = batchOf.get(new Leaf(organizationId, digest));
        if (batch == null) {
            throw HttpClientErrorException.create(
                    HttpStatus.NOT_FOUND, "Not Found", HttpHeaders.EMPTY, new byte[0], null);
        }
        if (batch > batches.size()) {
            batches.add(List.copyOf(waiting));
            waiting = new ArrayList<>();
            return new AnchorStatus(AnchorStatus.State.PENDING, null);
        }
        return new AnchorStatus(AnchorStatus.State.ANCHORED, proof(digest, batch));
    }

    private InclusionProof proof(String digest, int batch) {
        List<String> leaves = batches.get(batch - 1);
        int index = leaves.indexOf(digest);
        MerkleTree tree = MerkleTree.of(leaves.stream().map(HEX::parseHex).toList());
        return new InclusionProof(
                InclusionProof.FORMAT,
                digest,
                index,
                leaves.size(),
                tree.path(index).stream().map(HEX::formatHex).toList(),
                HEX.formatHex(tree.root()),
                31337,
                "0x" + "ab".repeat(20),
                batch,
                "0x" + "cd".repeat(32),
                block,
                BLOCK_TIME);
    }

    private void reach() {
        if (down) {
            throw new ResourceAccessException("blockchain-service is down", new IOException("connection refused"));
        }
    }

    private synchronized void answer() {
        if (answersToLose > 0) {
            answersToLose--;
            throw new ResourceAccessException("the answer was lost", new IOException("connection reset"));
        }
    }
}
