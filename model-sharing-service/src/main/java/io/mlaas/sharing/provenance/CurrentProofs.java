package io.mlaas.sharing.provenance;

import io.mlaas.api.blockchain.AnchorApi;
import io.mlaas.api.blockchain.AnchorStatus;
import io.mlaas.provenance.InvalidEvidenceException;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClientException;

/**
 * Proofs as the chain is now: after a reorganisation a root is in another block than the kept proof says. That is asked
 * now and then only, and a kept proof is served while nobody can be asked.
 */
@Component
class CurrentProofs {
    private static final Logger log = LoggerFactory.getLogger(CurrentProofs.class);

    private final EvidenceRepository evidence;
    private final AnchorApi anchors;

    CurrentProofs(EvidenceRepository evidence, AnchorApi anchors) {
        this.evidence = evidence;
        this.anchors = anchors;
    }

    /** @param piece that is anchored */
    String of(Evidence piece) {
        String kept = Objects.requireNonNull(piece.proof());
        if (!evidence.mayCheckProof(piece.id())) {
            return kept;
        }
        String digest = Objects.requireNonNull(piece.digest());
        try {
            AnchorStatus status = anchors.anchorOf(digest, piece.organizationId());
            if (status.state() == AnchorStatus.State.PENDING || status.proof() == null) {
                return kept;
            }
            String current = Documents.proof(status.proof(), digest);
            if (!current.equals(kept)) {
                log.info(
                        "the proof of {} of {} was replaced: the chain was reorganised", piece.kind(), piece.assetId());
                evidence.replaceProof(piece.id(), current);
            }
            return current;
        } catch (RestClientException | InvalidEvidenceException | IllegalStateException e) {
            log.warn("the kept proof of {} of {} is served: {}", piece.kind(), piece.assetId(), e.getMessage());
            return kept;
        }
    }
}
