package io.mlaas.blockchain.anchor;

import io.mlaas.api.blockchain.AnchorRequest;
import io.mlaas.api.blockchain.AnchorStatus;
import io.mlaas.api.blockchain.InclusionProof;
import io.mlaas.blockchain.directory.Registry;
import io.mlaas.blockchain.transaction.ChainProperties;
import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.security.Caller;
import io.mlaas.provenance.merkle.MerkleTree;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Takes digests, and proves that they are anchored. */
@Component
class Anchors {
    /** A tree of 10,000 digests takes 640 KB. */
    private static final int REMEMBERED_TREES = 16;

    private final AnchorRepository repository;
    private final Registry registry;
    private final ChainProperties properties;
    private final Map<Long, MerkleTree> trees = new LinkedHashMap<>(REMEMBERED_TREES, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, MerkleTree> eldest) {
            return size() > REMEMBERED_TREES;
        }
    };

    Anchors(AnchorRepository repository, Registry registry, ChainProperties properties) {
        this.repository = repository;
        this.registry = registry;
        this.properties = properties;
    }

    void take(AnchorRequest request, Caller caller) {
        for (AnchorRequest.Item item : request.items()) {
            if (!caller.isPlatform() && !caller.organizationId().equals(item.organizationId())) {
                throw PlatformProblem.FORBIDDEN.because(
                        "organization_id: " + item.organizationId() + " (expected: the company of the user acted for)");
            }
        }
        repository.add(request.items());
    }

    AnchorStatus of(UUID organizationId, String digest, Caller caller) {
        if (!digest.matches("[0-9a-f]{64}")
                || (!caller.isPlatform() && !caller.organizationId().equals(organizationId))) {
            throw notFound(digest);
        }
        AnchorRepository.Place place = repository.find(organizationId, digest).orElseThrow(() -> notFound(digest));
        if (!place.anchored() || place.batchId() == null || place.logIndex() == null || place.root() == null) {
            return new AnchorStatus(AnchorStatus.State.PENDING, null);
        }
        MerkleTree tree = tree(place.batchId());
        int index = place.logIndex();
        // A chain that lost the block is given the root again; until it is there, there is no proof.
        return registry.find(place.root())
                .map(found -> new AnchorStatus(AnchorStatus.State.ANCHORED, proof(digest, index, tree, found)))
                .orElseGet(() -> new AnchorStatus(AnchorStatus.State.PENDING, null));
    }

    private InclusionProof proof(String digest, int index, MerkleTree tree, Registry.Anchored found) {
        return new InclusionProof(
                InclusionProof.FORMAT,
                digest,
                index,
                tree.size(),
                tree.path(index).stream().map(HexFormat.of()::formatHex).toList(),
                found.batch().root(),
                properties.chainId(),
                registry.address(),
                found.batch().number(),
                found.transaction(),
                found.batch().block(),
                found.batch().time());
    }

    private MerkleTree tree(long batchId) {
        synchronized (trees) {
            MerkleTree known = trees.get(batchId);
            if (known != null) {
                return known;
            }
        }
        MerkleTree tree = MerkleTree.of(repository.digestsOf(batchId));
        synchronized (trees) {
            trees.put(batchId, tree);
        }
        return tree;
    }

    private static RuntimeException notFound(String digest) {
        return AnchorProblem.ANCHOR_NOT_FOUND.because("digest: " + digest);
    }
}
