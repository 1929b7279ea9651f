package io.mlaas.ppfl.ledger;

import io.mlaas.api.blockchain.AnchorApi;
import io.mlaas.api.blockchain.AnchorKind;
import io.mlaas.api.blockchain.AnchorRequest;
import io.mlaas.api.blockchain.AnchorStatus;
import io.mlaas.kit.work.Rounds;
import io.mlaas.provenance.merkle.InclusionProof;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;

/**
 * Has records anchored and keeps their proofs. A step may be taken twice, after a crash between an answer and its being
 * written down: a digest that was given before changes nothing at blockchain-service. A proof is kept only if its path leads
 * from the record's digest to the root that it names.
 */
@Component
class LedgerAnchoring implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(LedgerAnchoring.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration TROUBLE = Duration.ofSeconds(5);
    private static final int BATCH = 500;

    private final RecordRepository records;
    private final AnchorApi anchors;
    private final Rounds rounds =
            new Rounds("privacy-anchoring", POLL, TROUBLE, log, "records cannot be anchored now", this::takeWhatIsDue);

    LedgerAnchoring(RecordRepository records, AnchorApi anchors) {
        this.records = records;
        this.anchors = anchors;
    }

    @Override
    public void start() {
        rounds.start();
    }

    @Override
    public void stop() {
        rounds.stop(Duration.ZERO);
    }

    @Override
    public boolean isRunning() {
        return rounds.isRunning();
    }

    private boolean takeWhatIsDue() {
        List<RecordRepository.Step> due = records.lease(RecordRepository.Anchoring.DUE, BATCH);
        if (!due.isEmpty()) {
            submit(due);
        }
        List<RecordRepository.Step> submitted = records.lease(RecordRepository.Anchoring.SUBMITTED, BATCH);
        submitted.forEach(this::prove);
        return due.size() == BATCH || submitted.size() == BATCH;
    }

    private void submit(List<RecordRepository.Step> due) {
        try {
            anchors.anchor(new AnchorRequest(due.stream()
                    .map(step -> new AnchorRequest.Item(
                            step.organizationId(), AnchorKind.PRIVACY_ENTRY, step.entryId(), step.digest()))
                    .toList()));
            records.submitted(due);
        } catch (RuntimeException e) {
            log.warn("{} records of the privacy ledger wait for another attempt: {}", due.size(), e.getMessage());
            due.forEach(step -> records.again(step, e.getMessage()));
        }
    }

    private void prove(RecordRepository.Step step) {
        try {
            AnchorStatus status = anchors.anchorOf(step.digest(), step.organizationId());
            io.mlaas.api.blockchain.InclusionProof given = status.proof();
            if (status.state() == AnchorStatus.State.PENDING || given == null) {
                records.again(step, null);
            } else {
                records.anchored(step, proof(given, step.digest()));
            }
        } catch (HttpClientErrorException.NotFound e) {
            log.warn("record {} of entry {} is handed over anew: it is not known", step.state(), step.entryId());
            records.forgotten(step);
        } catch (RuntimeException e) {
            log.warn("the proof of entry {} waits for another attempt: {}", step.entryId(), e.getMessage());
            records.again(step, e.getMessage());
        }
    }

    private static String proof(io.mlaas.api.blockchain.InclusionProof given, String digest) {
        if (!given.digest().equals(digest)) {
            throw new IllegalStateException("digest: " + given.digest() + " (expected: " + digest + ")");
        }
        InclusionProof proof = new InclusionProof(
                given.digest(),
                given.logIndex(),
                given.treeSize(),
                given.hashes(),
                given.root(),
                given.chainId(),
                given.registry(),
                given.batch(),
                given.transaction(),
                given.block(),
                given.blockTime());
        proof.verify();
        return new String(proof.toJson(), StandardCharsets.UTF_8);
    }
}
