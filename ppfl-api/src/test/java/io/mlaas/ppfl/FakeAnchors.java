package io.mlaas.ppfl;

import io.mlaas.api.blockchain.AnchorApi;
import io.mlaas.api.blockchain.AnchorRequest;
import io.mlaas.api.blockchain.AnchorStatus;
import io.mlaas.api.blockchain.InclusionProof;
import io.mlaas.provenance.merkle.MerkleTree;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.ResourceAccessException;

/** blockchain-service's anchors in memory: real trees of RFC 6962 of one request each, no chain. */
final class FakeAnchors implements AnchorApi {
    private static final HexFormat HEX = HexFormat.of();

    private record Leaf(UUID organizationId, String digest) {}

    private final Map<Leaf, List<String>> batchOf = new ConcurrentHashMap<>();
    private final List<AnchorRequest.Item> items = new ArrayList<>();
    private int answersToLose;

    @TestConfiguration(proxyBeanMethods = false)
    static class InPlaceOfTheChain {
        @Bean
        @Primary
        FakeAnchors fakeAnchors() {
            return new FakeAnchors();
        }
    }

    /** Does what it is asked, but the next answers get lost. */
    synchronized void loseAnswers(int count) {
        answersToLose = count;
    }

    synchronized List<AnchorRequest.Item> items(String assetId) {
        return items.stream()
                .filter(item -> item.assetId().toString().equals(assetId))
                .toList();
    }

    @Override
    public synchronized void anchor(AnchorRequest request) {
        List<String> batch =
                request.items().stream().map(AnchorRequest.Item::digest).toList();
        for (AnchorRequest.Item item : request.items()) {
            items.add(item);
            batchOf.putIfAbsent(new Leaf(item.organizationId(), item.digest()), batch);
        }
        if (answersToLose > 0) {
            answersToLose--;
            throw new ResourceAccessException("the answer was lost", new IOException("connection reset"));
        }
    }

    @Override
    public AnchorStatus anchorOf(String digest, UUID organizationId) {
        List<String> batch = batchOf.get(new Leaf(organizationId, digest));
        if (batch == null) {
            throw HttpClientErrorException.create(
                    HttpStatus.NOT_FOUND, "Not Found", HttpHeaders.EMPTY, new byte[0], null);
        }
        MerkleTree tree = MerkleTree.of(batch.stream().map(HEX::parseHex).toList());
        int index = batch.indexOf(digest);
        return new AnchorStatus(
                AnchorStatus.State.ANCHORED,
                new InclusionProof(
                        InclusionProof.FORMAT,
                        digest,
                        index,
                        tree.size(),
                        tree.path(index).stream().map(HEX::formatHex).toList(),
                        HEX.formatHex(tree.root()),
                        31337,
                        "0x" + "ab".repeat(20),
                        1,
                        "0x" + "cd".repeat(32),
                        7,
                        Instant.parse("2026-11-22T12:00:00Z")));
    }
}
