package io.mlaas.sharing.provenance;

import io.mlaas.kit.problem.ProblemException;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** The evidence of assets, as it is now. Whoever asks was let in before. */
@Component
public class Attestations {
    private static final int NOT_READY_SECONDS = 5;

    private final EvidenceRepository evidence;
    private final TestimonyRepository testimony;

    Attestations(EvidenceRepository evidence, TestimonyRepository testimony) {
        this.evidence = evidence;
        this.testimony = testimony;
    }

    /** Everything that can be shown of a model; pieces that are not made yet are there without content. */
    public ModelEvidence of(UUID modelId) {
        List<Evidence> pieces = evidence.all(modelId);
        List<Reproduction> reproductions = testimony.verdicts(modelId).stream()
                .map(received -> new Reproduction(
                        received.verdict(),
                        received.at(),
                        pieces.stream()
                                .filter(piece -> piece.part()
                                        .equals(received.verdict()
                                                .reproductionId()
                                                .toString()))
                                .findFirst()
                                .orElse(null)))
                .toList();
        return new ModelEvidence(pieces, testimony.record(modelId).orElse(null), reproductions);
    }

    /** A piece of evidence that is signed, or the problem that there is none, or not yet. */
    Evidence signed(UUID assetId, EvidenceKind kind, String part) {
        Evidence piece = find(assetId, kind, part);
        return switch (piece.state()) {
            case SIGNED, SUBMITTED, ANCHORED -> piece;
            case WAITING, DUE, COMPOSED -> throw notReady(piece);
            case NONE -> throw none(assetId, kind, String.valueOf(piece.reason()));
            case REFUSED -> throw refused(piece);
        };
    }

    /** A piece of evidence with its proof, or the problem that there is none, or not yet. */
    Evidence anchored(UUID assetId, EvidenceKind kind, String part) {
        Evidence piece = signed(assetId, kind, part);
        if (piece.state() != EvidenceState.ANCHORED) {
            throw notReady(piece);
        }
        return piece;
    }

    private Evidence find(UUID assetId, EvidenceKind kind, String part) {
        // Looked for first, so that what is begun between the two looks is found, and not missing for good.
        boolean begun = evidence.find(assetId, EvidenceKind.FILE, "").isPresent();
        return evidence.find(assetId, kind, part)
                .orElseThrow(() -> begun
                        ? none(
                                assetId,
                                kind,
                                "There is no " + kind.word() + (part.isEmpty() ? "" : " " + part) + " of it")
                        : ProvenanceProblem.EVIDENCE_NOT_READY.retryAfter(
                                NOT_READY_SECONDS,
                                "%s has no evidence yet: it is made once a dataset is REGISTERED or a model TRAINED."
                                        .formatted(assetId)));
    }

    private ProblemException notReady(Evidence piece) {
        boolean record = piece.kind() == EvidenceKind.STATEMENT || piece.kind() == EvidenceKind.COMMITMENTS;
        String why =
                switch (piece.state()) {
                    case WAITING ->
                        record
                                ? "it waits for what the training service tells of the run"
                                : "it waits for the facts that it is made of";
                    case DUE, COMPOSED -> "it waits for its signature";
                    case SIGNED, SUBMITTED -> "it waits for the next batch that is anchored on the chain";
                    case ANCHORED, NONE, REFUSED -> throw new IllegalStateException(piece + " is ready");
                };
        return ProvenanceProblem.EVIDENCE_NOT_READY.retryAfter(
                NOT_READY_SECONDS,
                "The %s of %s is not ready: %s.".formatted(piece.kind().word(), piece.assetId(), why));
    }

    private static ProblemException none(UUID assetId, EvidenceKind kind, String reason) {
        return ProvenanceProblem.NO_EVIDENCE.because("%s of %s: %s.".formatted(kind.word(), assetId, reason));
    }

    private static ProblemException refused(Evidence piece) {
        return ProvenanceProblem.EVIDENCE_REFUSED.because(
                "%s of %s: %s".formatted(piece.kind().word(), piece.assetId(), piece.reason()));
    }
}
