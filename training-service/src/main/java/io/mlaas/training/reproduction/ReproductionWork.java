package io.mlaas.training.reproduction;

import io.mlaas.api.sharing.ReproductionVerdict;
import io.mlaas.api.sharing.ReproductionVerdict.Cause;
import io.mlaas.training.job.Trial;
import io.mlaas.training.job.Trials;
import io.mlaas.training.job.Trials.Made;
import io.mlaas.training.registry.Registry;
import io.mlaas.training.registry.RegistryException;
import io.mlaas.training.runner.ClusterRunner;
import io.mlaas.training.runner.Conditions;
import io.mlaas.training.runner.DirectoryRunner;
import io.mlaas.training.runner.Runners;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Takes reproductions from what was asked for to their verdict. Nothing is kept but in the database: what comes next is
 * found from the runs that are there, and every step may be repeated, by another life of the service as well.
 */
@Component
class ReproductionWork implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(ReproductionWork.class);
    private static final Duration TURN = Duration.ofMillis(500);
    private static final Duration FIRST_DELAY = Duration.ofSeconds(2);
    private static final int MOST_DOUBLINGS = 6;
    private static final int MOST_FAILURES = 100;
    private static final int MOST_EXPERIMENTS = 40;

    private final ReproductionRepository repository;
    private final Trials trials;
    private final Registry registry;
    private final Runners runners;
    private final Semaphore signal = new Semaphore(0);
    private volatile boolean running;
    private volatile Thread thread = Thread.currentThread();

    ReproductionWork(ReproductionRepository repository, Trials trials, Registry registry, Runners runners) {
        this.repository = repository;
        this.trials = trials;
        this.registry = registry;
        this.runners = runners;
    }

    /** Looks now rather than at the next turn. */
    void wake() {
        signal.release();
    }

    @Override
    public void start() {
        running = true;
        thread = Thread.ofVirtual().name("reproductions").start(this::turn);
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

    private void turn() {
        try {
            while (running) {
                lookAtAll();
                if (signal.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
                    signal.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            // the next life of the service goes on
        }
    }

    private void lookAtAll() throws InterruptedException {
        try {
            for (UUID id : repository.due()) {
                lookAt(id);
            }
        } catch (RuntimeException e) {
            if (running) {
                log.warn("reproductions cannot be looked at now", e);
            }
        }
    }

    private void lookAt(UUID id) throws InterruptedException {
        try {
            Optional<Reproduction> found = repository.find(id);
            if (found.isPresent()) {
                advance(found.get());
            }
        } catch (RuntimeException | IOException e) {
            if (running) {
                log.warn("reproduction {} is looked at again later", id, e);
            }
        }
    }

    private void advance(Reproduction reproduction) throws InterruptedException, IOException {
        if (reproduction.state() == Reproduction.State.PUBLISHING) {
            publish(reproduction);
            return;
        }
        List<Made> made = trials.of(reproduction.id());
        String cancelledBy = reproduction.cancelledBy();
        if (cancelledBy != null) {
            cancel(reproduction, made, cancelledBy);
        } else if (made.stream().allMatch(Made::ended)) {
            next(reproduction, made);
        }
    }

    private void cancel(Reproduction reproduction, List<Made> made, String by) {
        if (made.stream().allMatch(Made::ended)) {
            repository.ended(reproduction.id(), Reproduction.State.CANCELLED, "cancelled by " + by);
        } else {
            trials.cancel(reproduction.id(), by);
        }
    }

    private void next(Reproduction reproduction, List<Made> made) throws InterruptedException, IOException {
        int wanted = reproduction.request().times();
        boolean failed = made.stream().limit(wanted).anyMatch(run -> !run.succeeded());
        if (made.size() < wanted && !failed) {
            repository.started(reproduction.id());
            queue(reproduction, made.size() + 1, Conditions.WATCHED);
            return;
        }
        Judgement judgement =
                new Judgement(reproduction, made.stream().limit(wanted).toList());
        if (!judgement.wantsCauses()) {
            decide(reproduction, judgement, List.of(), List.of());
            return;
        }
        Optional<String> unsought = unsought(reproduction, judgement.runs());
        if (unsought.isPresent()) {
            decide(reproduction, judgement, List.of(), List.of("causes were not looked for: " + unsought.get()));
            return;
        }
        List<Made> experiments = made.subList(wanted, made.size());
        switch (Causes.of(reproduction.expected(), experiments)) {
            case Causes.Next next
            when experiments.size() < MOST_EXPERIMENTS ->
                queue(reproduction, made.size() + 1, new Conditions(next.pinned(), true));
            case Causes.Next _ ->
                decide(
                        reproduction,
                        judgement,
                        List.of(),
                        List.of("causes were not found by " + MOST_EXPERIMENTS + " experiments"));
            case Causes.Found found -> decide(reproduction, judgement, found.causes(), List.of());
        }
    }

    /** Why no causes are looked for; nothing if they are. */
    private Optional<String> unsought(Reproduction reproduction, List<Made> runs) throws IOException {
        if (!reproduction.request().wantsCauses()) {
            return Optional.of("nobody asked for it (diagnose)");
        }
        String runner = runs.getFirst().runner();
        return switch (runner == null ? null : runners.named(runner).orElse(null)) {
            case DirectoryRunner here -> here.unobservant();
            case ClusterRunner _ ->
                Optional.of("the runner " + runner
                        + " runs programs in a cluster, where what they depend on cannot be pinned");
            case null -> Optional.of("the runner " + runner + " is not configured any more");
        };
    }

    private void queue(Reproduction reproduction, int number, Conditions conditions) {
        trials.queue(reproduction.order(), new Trial(reproduction.id(), number, conditions, reproduction.expected()));
    }

    private void decide(Reproduction reproduction, Judgement judgement, List<Cause> causes, List<String> limits) {
        ReproductionVerdict verdict = judgement.verdict(causes, limits);
        repository.decided(reproduction.id(), verdict);
        log.info("model {} trained again: {} ({})", reproduction.modelId(), verdict.outcome(), verdict.summary());
        wake();
    }

    private void publish(Reproduction reproduction) {
        ReproductionVerdict verdict = java.util.Objects.requireNonNull(reproduction.verdict());
        try {
            registry.publish(verdict);
            repository.published(reproduction.id());
        } catch (RegistryException e) {
            notTaken(reproduction, e);
        }
    }

    private void notTaken(Reproduction reproduction, RegistryException e) {
        boolean gone = e.kind() == RegistryException.Kind.REFUSED && isGone(reproduction.modelId());
        if (gone || reproduction.failures() + 1 >= MOST_FAILURES) {
            repository.ended(reproduction.id(), Reproduction.State.FAILED, e.getMessage());
            return;
        }
        Duration delay = FIRST_DELAY.multipliedBy(1L << Math.min(MOST_DOUBLINGS, reproduction.failures()));
        log.warn("the verdict of reproduction {} is published later: {}", reproduction.id(), e.getMessage());
        repository.later(reproduction.id(), delay, e.getMessage());
    }

    private boolean isGone(UUID modelId) {
        try {
            return registry.isGone(modelId);
        } catch (RegistryException e) {
            return false;
        }
    }
}
