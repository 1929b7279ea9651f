package io.mlaas.sharing.provenance;

import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.api.sharing.ReproductionVerdict;
import io.mlaas.kit.event.Outbox;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Tells of evidence, in the transaction that brings it about. */
@Component
class EvidenceEvents {
    private static final String SOURCE = "/model-sharing-service";

    private final EvidenceRepository evidence;
    private final TestimonyRepository testimony;
    private final Outbox outbox;

    EvidenceEvents(EvidenceRepository evidence, TestimonyRepository testimony, Outbox outbox) {
        this.evidence = evidence;
        this.testimony = testimony;
        this.outbox = outbox;
    }

    /** Of a model, when the last piece of what there is one of is anchored. */
    void attestedIfWhole(Step last) {
        List<Evidence> pieces = evidence.all(last.assetId()).stream()
                .filter(piece -> piece.kind() != EvidenceKind.VERDICT)
                .toList();
        boolean whole = pieces.stream()
                .allMatch(piece -> piece.state() == EvidenceState.ANCHORED || piece.state() == EvidenceState.NONE);
        if (last.assetKind() == AssetKind.MODEL && whole) {
            List<String> anchored = pieces.stream()
                    .filter(piece -> piece.state() == EvidenceState.ANCHORED)
                    .map(piece -> piece.kind().word())
                    .toList();
            publish(RegistryEvents.MODEL_ATTESTED, last, new RegistryEvents.ModelAttested(last.assetId(), anchored));
        }
    }

    void reproduced(Step step, String digest) {
        UUID id = UUID.fromString(step.part());
        ReproductionVerdict verdict = testimony.verdict(id).orElseThrow();
        publish(
                RegistryEvents.MODEL_REPRODUCED,
                step,
                new RegistryEvents.ModelReproduced(
                        step.assetId(), id, verdict.outcome().name(), verdict.summary(), digest));
    }

    private void publish(String type, Step step, Object payload) {
        outbox.publish(Topics.REGISTRY, CloudEvent.of(SOURCE, type, step.assetId(), step.organizationId(), payload));
    }
}
