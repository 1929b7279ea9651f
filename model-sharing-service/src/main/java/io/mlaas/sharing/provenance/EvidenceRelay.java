package io.mlaas.sharing.provenance;

import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.kit.work.Rounds;
import io.mlaas.provenance.InvalidEvidenceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;

/**
 * Takes each piece of evidence from step to step until it is anchored. A step may be taken twice (a crash between an answer
 * and its being recorded, say): what is signed was written down before, and only one of the signatures is kept.
 */
@Component
class EvidenceRelay implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(EvidenceRelay.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration TROUBLE = Duration.ofSeconds(5);
    private static final Set<Integer> NEVER_ACCEPTED = Set.of(400, 409, 422);

    private final Attester attester;
    private final EvidenceSteps steps;
    private final EvidenceWork work;
    private final MeterRegistry meters;
    private final List<Lane> lanes;
    private final Rounds rounds =
            new Rounds("evidence-relay", POLL, TROUBLE, log, "evidence cannot be made now", this::takeWhatIsDue);

    EvidenceRelay(
            Attester attester,
            EvidenceSteps steps,
            EvidenceWork work,
            ProvenanceProperties properties,
            MeterRegistry meters) {
        this.attester = attester;
        this.steps = steps;
        this.work = work;
        this.meters = meters;
        int parallel = properties.parallel();
        this.lanes = List.of(
                new Lane(EvidenceState.DUE, parallel, 1, each(work::compose)),
                new Lane(EvidenceState.COMPOSED, parallel, 1, each(work::sign)),
                new Lane(EvidenceState.SIGNED, 1, properties.batch(), this::anchor),
                new Lane(EvidenceState.SUBMITTED, parallel, 1, each(work::prove)));
    }

    /** Steps of one sort, of which so many are under way at once, each with so many pieces at most. */
    private final class Lane {
        private final EvidenceState state;
        private final Semaphore free;
        private final int batch;
        private final Consumer<List<Step>> task;

        Lane(EvidenceState state, int parallel, int batch, Consumer<List<Step>> task) {
            this.state = state;
            this.free = new Semaphore(parallel);
            this.batch = batch;
            this.task = task;
        }

        boolean take() {
            int slots = free.availablePermits();
            if (slots == 0) {
                return false;
            }
            List<Step> due = steps.lease(state, slots * batch);
            for (int from = 0; from < due.size(); from += batch) {
                List<Step> some = new ArrayList<>(due.subList(from, Math.min(due.size(), from + batch)));
                // Only this thread takes permits, and it saw that there are some.
                free.acquireUninterruptibly();
                Thread.ofVirtual().name("evidence-" + some.getFirst().id()).start(() -> {
                    try {
                        task.accept(some);
                    } finally {
                        free.release();
                        wake();
                    }
                });
            }
            return !due.isEmpty();
        }
    }

    void wake() {
        rounds.wake();
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
        boolean more = attester.begin();
        for (Lane lane : lanes) {
            more |= lane.take();
        }
        return more;
    }

    private Consumer<List<Step>> each(Consumer<Step> task) {
        return some -> some.forEach(step -> attempt(step, () -> task.accept(step)));
    }

    /** Together; one by one, if one of them makes the whole request unacceptable. */
    private void anchor(List<Step> some) {
        try {
            work.anchor(some);
            some.forEach(step -> count(step, "DONE"));
        } catch (HttpClientErrorException e) {
            if (some.size() > 1 && isFinal(e)) {
                log.warn("{} digests are handed over one by one: {}", some.size(), e.getResponseBodyAsString());
                some.forEach(step -> attempt(step, () -> work.anchor(List.of(step))));
            } else {
                some.forEach(step -> failed(step, e));
            }
        } catch (RuntimeException e) {
            log.warn("{} digests wait for another attempt", some.size(), e);
            some.forEach(step -> again(step, e));
        }
    }

    private void attempt(Step step, Runnable task) {
        try {
            task.run();
            count(step, "DONE");
        } catch (HttpClientErrorException e) {
            failed(step, e);
        } catch (InvalidEvidenceException e) {
            log.error("{} of {} cannot be made", step.kind(), step.assetId(), e);
            refused(step, "It cannot be made: " + e.getMessage(), String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            log.warn("{} of {} waits for another attempt", step.kind(), step.assetId(), e);
            again(step, e);
        }
    }

    private void failed(Step step, HttpClientErrorException e) {
        if (!isFinal(e)) {
            log.warn("{} of {} waits for another attempt", step.kind(), step.assetId(), e);
            again(step, e);
            return;
        }
        log.error("{} of {} is refused: {}", step.kind(), step.assetId(), e.getResponseBodyAsString());
        refused(
                step,
                "It was refused (HTTP " + e.getStatusCode().value() + ") when it was " + step.state() + ".",
                e.getResponseBodyAsString());
    }

    /** Whoever says when to come again may take it then. */
    private static boolean isFinal(HttpClientErrorException e) {
        HttpHeaders headers = e.getResponseHeaders();
        boolean later = headers != null && headers.containsHeader(HttpHeaders.RETRY_AFTER);
        return !later && NEVER_ACCEPTED.contains(e.getStatusCode().value());
    }

    private void refused(Step step, String reason, String error) {
        count(step, "REFUSED");
        recorded(step, () -> steps.refused(step, reason, error));
    }

    private void again(Step step, RuntimeException e) {
        count(step, "RETRY");
        recorded(step, () -> steps.again(step, String.valueOf(e.getMessage())));
    }

    // If this fails too, the step is taken again when its lease ends.
    private static void recorded(Step step, Runnable note) {
        try {
            note.run();
        } catch (RuntimeException database) {
            log.warn("{} of {} waits until its lease ends", step.kind(), step.assetId(), database);
        }
    }

    private void count(Step step, String outcome) {
        meters.counter(
                        "mlaas.evidence.steps",
                        "kind",
                        step.kind().word(),
                        "state",
                        step.state().name().toLowerCase(Locale.ROOT),
                        "outcome",
                        outcome)
                .increment();
    }
}
