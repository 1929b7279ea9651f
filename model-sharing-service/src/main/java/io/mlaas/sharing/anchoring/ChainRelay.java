package io.mlaas.sharing.anchoring;

import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.api.blockchain.BlockchainApi;
import io.mlaas.api.blockchain.DeployedContract;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
 * Takes chain steps until they succeed. A step may be taken twice (a crash between the chain's answer and its being
 * recorded, say): blockchain-service answers a repeated request as the first time, and only one of them ends the step.
 */
@Component
class ChainRelay implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(ChainRelay.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Set<Integer> NEVER_ACCEPTED = Set.of(400, 409, 422);

    private final BlockchainApi blockchain;
    private final ChainStepRepository steps;
    private final AnchoringProperties properties;
    private final ApplicationEventPublisher outcomes;
    private final TransactionTemplate transactions;
    private final MeterRegistry meters;
    private final Semaphore work = new Semaphore(0);
    private final Semaphore free;
    private volatile Consumer<UUID> ended = asset -> {};
    private volatile boolean running;
    private volatile Thread thread = Thread.currentThread();

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
    }

    void tellEnds(Consumer<UUID> listener) {
        ended = listener;
    }

    void wake() {
        work.release();
    }

    @Override
    public void start() {
        running = true;
        thread = Thread.ofVirtual().name("chain-relay").start(this::run);
    }

    @Override
    public void stop() {
        running = false;
        thread.interrupt();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private void run() {
        while (running) {
            try {
                if (!takeWhatIsDue()) {
                    work.tryAcquire(POLL.toMillis(), TimeUnit.MILLISECONDS);
                    work.drainPermits();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                if (!running) {
                    return;
                }
                log.warn("chain steps cannot be read now", e);
                try {
                    work.tryAcquire(5, TimeUnit.SECONDS);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    private boolean takeWhatIsDue() throws InterruptedException {
        int slots = free.availablePermits();
        if (slots == 0) {
            return false;
        }
        List<ChainStep> due = steps.lease(slots, properties.lease());
        for (ChainStep step : due) {
            free.acquire();
            Thread.ofVirtual().name("chain-step-" + step.sequence()).start(() -> {
                try {
                    take(step);
                } finally {
                    free.release();
                    wake();
                }
            });
        }
        return !due.isEmpty();
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
            if (NEVER_ACCEPTED.contains(e.getStatusCode().value())) {
                refuse(step, e);
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

    private void refuse(ChainStep step, HttpClientErrorException e) {
        log.error("the chain refuses step {} of {}: {}", step.sequence(), step.assetId(), e.getResponseBodyAsString());
        String reason =
                "The chain refused the record (HTTP " + e.getStatusCode().value() + ").";
        try {
            end(step, "REFUSED", e.getMessage(), new ChainOutcome.Refused(step.assetId(), reason));
        } catch (RuntimeException again) {
            retry(step, again);
        }
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
