package io.mlaas.sharing.provenance;

import io.mlaas.api.blockchain.AnchorApi;
import io.mlaas.api.blockchain.AnchorRequest;
import io.mlaas.api.blockchain.AnchorStatus;
import io.mlaas.api.blockchain.InclusionProof;
import io.mlaas.api.blockchain.Origin;
import io.mlaas.api.blockchain.Signature;
import io.mlaas.api.blockchain.SignatureRequest;
import io.mlaas.api.blockchain.SigningApi;
import io.mlaas.sharing.registry.Assets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.client.HttpClientErrorException;

/** The steps of a piece of evidence: composed, signed, handed over, proved. Each is written down when it is done. */
@Component
class EvidenceWork {
    private final Composer composer;
    private final Assets assets;
    private final EvidenceRepository evidence;
    private final EvidenceSteps steps;
    private final EvidenceEvents events;
    private final SigningApi signing;
    private final AnchorApi anchors;
    private final TransactionTemplate transactions;

    EvidenceWork(
            Composer composer,
            Assets assets,
            EvidenceRepository evidence,
            EvidenceSteps steps,
            EvidenceEvents events,
            SigningApi signing,
            AnchorApi anchors,
            PlatformTransactionManager transactions) {
        this.composer = composer;
        this.assets = assets;
        this.evidence = evidence;
        this.steps = steps;
        this.events = events;
        this.signing = signing;
        this.anchors = anchors;
        this.transactions = new TransactionTemplate(transactions);
    }

    void compose(Step step) {
        Composer.Composed composed = composer.compose(step);
        steps.composed(step, composed.payload(), composed.sealedDisclosures());
    }

    /** Bundles by the key of the company that owns the model, what the platform says by the platform's own. */
    void sign(Step step) {
        byte[] payload = steps.payload(step);
        boolean byOwner = step.kind() == EvidenceKind.SIGNATURE;
        UUID signer = byOwner ? step.organizationId() : null;
        Signature signature = signing.sign(new SignatureRequest(signer, Documents.PAYLOAD_TYPE, payload));
        if (!Arrays.equals(signature.payload(), payload)) {
            throw new IllegalStateException("another payload was signed than that of " + step.id());
        }
        EvidenceSteps.Signed document = byOwner
                ? ModelSignatures.bundle(assets.findModel(step.assetId()).orElseThrow(), signature)
                : Documents.envelope(signature);
        transactions.executeWithoutResult(status -> {
            evidence.statesLocked(step.assetId());
            if (!steps.signed(step, document)) {
                return;
            }
            switch (step.kind()) {
                case STATEMENT -> evidence.due(step.assetId(), EvidenceKind.COMMITMENTS);
                case VERDICT -> events.reproduced(step, document.digest());
                case SIGNATURE, COMMITMENTS, FILE, CERTIFICATE -> {}
            }
        });
    }

    void anchor(List<Step> some) {
        anchors.anchor(new AnchorRequest(some.stream().map(this::item).toList()));
        steps.submitted(some);
    }

    private AnchorRequest.Item item(Step step) {
        boolean translation = step.assetKind() == AssetKind.MODEL
                && step.kind() == EvidenceKind.FILE
                && assets.findModel(step.assetId())
                        .filter(model -> model.status().origin() == Origin.TRANSLATED)
                        .isPresent();
        return new AnchorRequest.Item(
                step.organizationId(),
                step.kind().anchorKind(step.assetKind(), translation),
                step.assetId(),
                step.requiredDigest());
    }

    void prove(Step step) {
        AnchorStatus status;
        try {
            status = anchors.anchorOf(step.requiredDigest(), step.organizationId());
        } catch (HttpClientErrorException.NotFound e) {
            steps.forgotten(step);
            return;
        }
        InclusionProof proof = status.proof();
        if (status.state() == AnchorStatus.State.PENDING || proof == null) {
            steps.again(step, null);
            return;
        }
        String text = Documents.proof(proof, step.requiredDigest());
        transactions.executeWithoutResult(transaction -> {
            evidence.statesLocked(step.assetId());
            if (steps.anchored(step, text) && step.kind() != EvidenceKind.VERDICT) {
                events.attestedIfWhole(step);
            }
        });
    }
}
