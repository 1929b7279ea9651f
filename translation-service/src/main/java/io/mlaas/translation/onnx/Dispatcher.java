package io.mlaas.translation.onnx;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.api.sharing.RegisteredTranslation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Threads that take translations from the queue. At its start it finds those that an earlier life of this node left in the
 * middle, and takes them up again. The threads are no virtual ones: a few long calculations on those would leave no
 * processor for health checks.
 */
@Component
class Dispatcher implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
    private static final Duration TROUBLE = Duration.ofSeconds(5);
    private static final Duration FAREWELL = Duration.ofSeconds(2);
    /** Before the web server: what lies in the work directory then belongs to no request. */
    private static final int EARLY = Integer.MAX_VALUE - 4096;

    private final TranslationJobs jobs;
    private final JobRepository repository;
    private final TranslationWork work;
    private final Turns turns;
    private final Workers workers;
    private final TranslationProperties properties;
    private final Semaphore signal = new Semaphore(0);
    private volatile Life life;

    Dispatcher(
            TranslationJobs jobs,
            JobRepository repository,
            TranslationWork work,
            Turns turns,
            Workers workers,
            TranslationProperties properties,
            MeterRegistry meters) {
        this.jobs = jobs;
        this.repository = repository;
        this.work = work;
        this.turns = turns;
        this.workers = workers;
        this.properties = properties;
        life = new Life(new Worker(properties.node(), UUID.randomUUID()));
        Gauge.builder("mlaas.translation.active", () -> life.active.size())
                .description("translations that this node works on")
                .register(meters);
    }

    private static final class Life {
        final Worker worker;
        final Set<UUID> active = ConcurrentHashMap.newKeySet();
        final List<Thread> threads = new ArrayList<>();
        volatile boolean running;
        volatile boolean tookOver;

        Life(Worker worker) {
            this.worker = worker;
        }
    }

    /** Looks at the queue now rather than at the next turn. */
    void wake() {
        signal.release();
    }

    @Override
    public int getPhase() {
        return EARLY;
    }

    @Override
    public void start() {
        Life next = new Life(new Worker(properties.node(), UUID.randomUUID()));
        next.running = true;
        sweep();
        life = next;
        for (int i = 0; i < properties.capacity(); i++) {
            next.threads.add(
                    Thread.ofPlatform().daemon().name("translation-" + i).start(() -> dispatch(next)));
        }
    }

    @Override
    public void stop() {
        Life ending = life;
        ending.running = false;
        ending.threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : ending.threads) {
                thread.join(FAREWELL);
            }
            jobs.release(ending.worker);
        } catch (RuntimeException e) {
            log.warn("unfinished translations are taken up when this node starts again", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return life.running;
    }

    /** Removes what translations left behind that are over. */
    private void sweep() {
        try {
            for (Workspace workspace : Workspace.all(properties.workDirectory())) {
                if (!repository.isLive(workspace.id())) {
                    workspace.close();
                }
            }
        } catch (IOException | RuntimeException e) {
            log.warn("files of earlier translations stay in {}", properties.workDirectory(), e);
        }
    }

    private void dispatch(Life now) {
        while (now.running) {
            Duration pause = properties.pollInterval();
            try {
                takeOver(now);
                while (now.running && next(now)) {
                    log.debug("another one may wait");
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                if (now.running) {
                    log.warn("the queue cannot be read now", e);
                }
                pause = TROUBLE;
            }
            try {
                if (signal.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    log.debug("woken");
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void takeOver(Life now) {
        synchronized (now) {
            if (!now.tookOver) {
                jobs.takeOver(now.worker);
                now.tookOver = true;
            }
        }
    }

    /** @return false if none waits */
    private boolean next(Life now) throws InterruptedException {
        Optional<TranslationJob> taken;
        RegisteredTranslation registered;
        try (Turns.Turn place = turns.await()) {
            taken = jobs.take(now.worker);
            if (taken.isEmpty()) {
                return false;
            }
            now.active.add(taken.get().id());
            registered = translate(now, taken.get());
            workers.awaitGivenUp();
        }
        if (registered != null) {
            // It waits for the chain, and holds no place of those who calculate.
            Thread.ofVirtual()
                    .name("anchoring-" + taken.get().id())
                    .start(() -> awaitAnchored(now, taken.get(), registered));
        }
        return true;
    }

    private @Nullable RegisteredTranslation translate(Life now, TranslationJob job) throws InterruptedException {
        try (var ignored = MDC.putCloseable("correlation_id", correlation(job))) {
            RegisteredTranslation registered = work.translate(job, now.worker);
            if (registered == null) {
                now.active.remove(job.id());
            }
            return registered;
        }
    }

    private void awaitAnchored(Life now, TranslationJob job, RegisteredTranslation registered) {
        try (var ignored = MDC.putCloseable("correlation_id", correlation(job))) {
            work.awaitAnchored(job, now.worker, registered);
        } catch (InterruptedException e) {
            log.info("translation {} is left to the next life of this service", job.id());
        } catch (RuntimeException e) {
            log.error("the end of translation {} cannot be written down", job.id(), e);
        } finally {
            now.active.remove(job.id());
        }
    }

    private static String correlation(TranslationJob job) {
        String id = job.correlationId();
        return id == null ? job.id().toString() : id;
    }
}
