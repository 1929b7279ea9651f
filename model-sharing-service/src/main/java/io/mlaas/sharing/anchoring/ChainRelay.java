package io.mlaas.sharing.anchoring;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.api.blockchain.BatchOutcome;
import io.mlaas.api.blockchain.BlockchainApi;
import io.mlaas.api.blockchain.ContractBatch;
import io.mlaas.api.blockchain.DeployedContract;
import io.mlaas.kit.work.Rounds;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.client.HttpClientErrorException;

/**
 * Takes chain steps until they succeed, registrations many at a time. A step may be taken twice (a crash between the chain's answer and its being
 * recorded, say): blockchain-service answers a repeated request as the first time, and only one of them ends the step.
 */
@Component
class ChainRelay implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(ChainRelay.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration TROUBLE = Duration.ofSeconds(5);
    private static final Set<Integer> NEVER_ACCEPTED = Set.of(400, 409, 422);

    private final BlockchainApi blockchain;
    private final ChainStepRepository steps;
    private final AnchoringProperties properties;
    private final ApplicationEventPublisher outcomes;
    private final TransactionTemplate transactions;
    private final MeterRegistry meters;
    private final Rounds rounds =
            new Rounds("chain-relay", POLL, TROUBLE, log, "chain steps cannot be read now", this::takeWhatIsDue);
    private final Semaphore free;
    private final Semaphore freeBatches;
    private volatile Consumer<UUID> ended = asset -> {};

    ChainRelay(
            BlockchainApi blockchain,
            ChainStepRepository steps,
            AnchoringProperties properties,
            ApplicationEventPublisher outcomes,
            PlatformTransactionManager transactions,
            MeterRegistry meters) {
        this.blockchain = blockchain;
        this.steps = steps;
        this.properties = properties;
        this.outcomes = outcomes;
        this.transactions = new TransactionTemplate(transactions);
        this.meters = meters;
        this.free = new Semaphore(properties.parallel());
        this.freeBatches = new Semaphore(properties.batches());
    }

    void tellEnds(Consumer<UUID> listener) {
        ended = listener;
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
        boolean results = takeResults();
        return takeRegistrations() || results;
    }

    private boolean takeResults() {
        int slots = free.availablePermits();
        if (slots == 0) {
            return false;
        }
        List<ChainStep> due = steps.lease(ChainStep.VERIFY, slots, properties.lease());
        for (ChainStep step : due) {
            run(free, "chain-step-" + step.sequence(), () -> take(step));
        }
        return !due.isEmpty();
    }

    /** While all batches are under way, what comes gathers for the next one. */
    private boolean takeRegistrations() {
        if (freeBatches.availablePermits() == 0) {
            return false;
        }
        List<ChainStep.Deploy> due = steps.lease(ChainStep.DEPLOY, properties.batch(), properties.lease()).stream()
                .map(ChainStep.Deploy.class::cast)
                .sorted(Comparator.comparingLong(ChainStep::sequence))
                .toList();
        if (due.isEmpty()) {
            return false;
        }
        run(freeBatches, "chain-batch-" + due.getFirst().sequence(), () -> takeTogether(due));
        return true;
    }

    private void run(Semaphore slots, String name, Runnable work) {
        // Only this thread takes permits, and it saw that there are some.
        slots.acquireUninterruptibly();
        Thread.ofVirtual().name(name).start(() -> {
            try {
                work.run();
            } finally {
                slots.release();
                wake();
            }
        });
    }

    private void takeTogether(List<ChainStep.Deploy> due) {
        if (due.size() == 1) {
            take(due.getFirst());
            return;
        }
        BatchOutcome outcome;
        try {
            outcome = blockchain.deployAll(new ContractBatch(
                    due.stream().map(ChainStep.Deploy::request).toList()));
        } catch (HttpClientErrorException e) {
            // One of them makes the whole request unacceptable: which one, they tell when they are taken one by one.
            log.warn("the chain refuses a batch of {} steps: {}", due.size(), e.getResponseBodyAsString());
            due.forEach(this::take);
            return;
        } catch (RuntimeException e) {
            due.forEach(step -> retry(step, e));
            return;
        }
        Map<UUID, BatchOutcome.Item> items = outcome.items().stream()
                .collect(Collectors.toMap(BatchOutcome.Item::assetId, Function.identity(), (one, other) -> one));
        List<ChainStep.Deploy> deployed = due.stream()
                .filter(step -> items.containsKey(step.assetId())
                        && items.get(step.assetId()).contract() != null)
                .toList();
        endTogether(deployed, items);
        for (ChainStep.Deploy step : due) {
            BatchOutcome.Item item = items.get(step.assetId());
            if (item == null) {
                take(step);
            } else if (item.refusal() != null) {
                refused(step, item.refusal());
            }
        }
    }

    /** One commit for all; one by one, if one of them makes that fail. */
    private void endTogether(List<ChainStep.Deploy> deployed, Map<UUID, BatchOutcome.Item> items) {
        if (deployed.isEmpty()) {
            return;
        }
        try {
            transactions.executeWithoutResult(status -> {
                Set<Long> now = steps.done(deployed);
                for (ChainStep.Deploy step : deployed) {
                    if (now.contains(step.sequence())) {
                        outcomes.publishEvent(deployed(step, items));
                    }
                }
            });
        } catch (RuntimeException e) {
            log.warn("{} steps are recorded one by one", deployed.size(), e);
            for (ChainStep.Deploy step : deployed) {
                attempt(step, () -> end(step, "DONE", null, deployed(step, items)));
            }
            return;
        }
        for (ChainStep.Deploy step : deployed) {
            count(step, "DONE");
            ended.accept(step.assetId());
        }
    }

    private static ChainOutcome deployed(ChainStep step, Map<UUID, BatchOutcome.Item> items) {
        DeployedContract contract =
                requireNonNull(requireNonNull(items.get(step.assetId())).contract());
        return new ChainOutcome.Deployed(step.assetId(), contract);
    }

    private void refused(ChainStep step, BatchOutcome.Refusal refusal) {
        String said = refusal.code() + ": " + refusal.detail();
        if (NEVER_ACCEPTED.contains(refusal.status())) {
            refuse(step, refusal.status(), said);
        } else {
            retry(step, new IllegalStateException(said));
        }
    }

    private void attempt(ChainStep step, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            retry(step, e);
        }
    }

    private void take(ChainStep step) {
        try {
            ChainOutcome outcome =
                    switch (step) {
                        case ChainStep.Deploy deploy -> deploy(deploy);
                        case ChainStep.Verify verify -> verify(verify);
                    };
            end(step, "DONE", null, outcome);
        } catch (HttpClientErrorException e) {
            int status = e.getStatusCode().value();
            if (NEVER_ACCEPTED.contains(status)) {
                refuse(step, status, e.getResponseBodyAsString());
            } else {
                retry(step, e);
            }
        } catch (RuntimeException e) {
            retry(step, e);
        }
    }

    private ChainOutcome deploy(ChainStep.Deploy step) {
        DeployedContract contract = blockchain.deploy(step.request());
        return new ChainOutcome.Deployed(step.assetId(), contract);
    }

    private ChainOutcome verify(ChainStep.Verify step) {
        DeployedContract contract = blockchain.verify(step.address(), step.request());
        return new ChainOutcome.Verified(step.assetId(), contract);
    }

    private void end(ChainStep step, String state, @Nullable String error, ChainOutcome outcome) {
        transactions.executeWithoutResult(status -> {
            if (steps.end(step, state, error)) {
                outcomes.publishEvent(outcome);
            }
        });
        count(step, state);
        ended.accept(step.assetId());
    }

    private void refuse(ChainStep step, int status, String said) {
        log.error("the chain refuses step {} of {}: {}", step.sequence(), step.assetId(), said);
        String reason = "The chain refused the record (HTTP " + status + ").";
        attempt(step, () -> end(step, "REFUSED", said, new ChainOutcome.Refused(step.assetId(), reason)));
    }

    // If this fails too, the step is taken again when its lease ends.
    private void retry(ChainStep step, RuntimeException e) {
        Duration pause = properties.pause(step.attempts());
        log.warn("step {} of {} waits {} for another attempt", step.sequence(), step.assetId(), pause, e);
        count(step, "RETRY");
        try {
            steps.retryAfter(step, pause, String.valueOf(e.getMessage()));
        } catch (RuntimeException database) {
            log.warn("step {} of {} waits until its lease ends", step.sequence(), step.assetId(), database);
        }
    }

    private void count(ChainStep step, String outcome) {
        String kind =
                switch (step) {
                    case ChainStep.Deploy deploy -> "deploy";
                    case ChainStep.Verify verify -> "verify";
                };
        meters.counter("mlaas.chain.steps", "kind", kind, "outcome", outcome).increment();
    }
}
