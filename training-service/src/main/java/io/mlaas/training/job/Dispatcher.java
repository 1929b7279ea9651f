package io.mlaas.training.job;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.training.job.JobRepository.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Takes jobs from the queue as capacity allows and gives each a thread. At its start it finds the jobs that an earlier life
 * of this node left, and goes on with them; at its end it leaves running programs alone.
 */
@Component
class Dispatcher implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
    private static final Duration TROUBLE = Duration.ofSeconds(5);
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final Jobs jobs;
    private final JobRepository repository;
    private final JobWork work;
    private final JobProperties properties;
    private final Semaphore signal = new Semaphore(0);
    private volatile Life life = new Life(new Worker("none", new UUID(0, 0)));

    Dispatcher(Jobs jobs, JobRepository repository, JobWork work, JobProperties properties, MeterRegistry meters) {
        this.jobs = jobs;
        this.repository = repository;
        this.work = work;
        this.properties = properties;
        Gauge.builder("mlaas.training.jobs.active", () -> life.threads.size())
                .description("jobs that this node works on")
                .register(meters);
    }

    /** Looks at the queue now rather than at the next turn. */
    void wake() {
        signal.release();
    }

    @Override
    public void start() {
        Life next = new Life(new Worker(properties.node(), UUID.randomUUID()));
        next.running = true;
        life = next;
        next.dispatching = Thread.ofVirtual().name("dispatcher").start(() -> dispatch(next));
    }

    @Override
    public void stop() {
        Life ending = life;
        ending.running = false;
        ending.dispatching.interrupt();
        ending.threads.values().forEach(Thread::interrupt);
        try {
            ending.dispatching.join(FAREWELL);
            for (Thread thread : ending.threads.values()) {
                thread.join(FAREWELL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return life.running;
    }

    private static final class Life {
        final Worker worker;
        final Map<UUID, Thread> threads = new ConcurrentHashMap<>();
        final Map<UUID, Integer> crashes = new ConcurrentHashMap<>();
        final Map<UUID, Instant> notBefore = new ConcurrentHashMap<>();
        volatile boolean running;
        volatile Thread dispatching = Thread.currentThread();

        Life(Worker worker) {
            this.worker = worker;
        }
    }

    private void dispatch(Life now) {
        boolean tookOver = false;
        while (now.running) {
            Duration pause = properties.pollInterval();
            try {
                if (!tookOver) {
                    repository.takeOver(now.worker);
                    tookOver = true;
                }
                for (UUID job : repository.liveJobs(now.worker)) {
                    launch(now, job);
                }
                for (Optional<UUID> job = jobs.take(now.worker, properties.capacity());
                        job.isPresent();
                        job = jobs.take(now.worker, properties.capacity())) {
                    launch(now, job.get());
                }
            } catch (RuntimeException e) {
                if (now.running) {
                    log.warn("the queue cannot be read now", e);
                }
                pause = TROUBLE;
            }
            try {
                if (signal.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    signal.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void launch(Life now, UUID job) {
        if (!now.running
                || now.threads.containsKey(job)
                || Instant.now().isBefore(now.notBefore.getOrDefault(job, Instant.MIN))) {
            return;
        }
        Thread thread = Thread.ofVirtual().name("job-" + job).unstarted(() -> work(now, job));
        now.threads.put(job, thread);
        thread.start();
    }

    private void work(Life now, UUID job) {
        // the job's id is what its lines in every service's log have in common
        try (var ignored = MDC.putCloseable("correlation_id", job.toString())) {
            work.run(job, now.worker, () -> !now.running);
            now.crashes.remove(job);
            now.notBefore.remove(job);
        } catch (InterruptedException e) {
            log.info("job {} is left to the next life of this service", job);
        } catch (RuntimeException e) {
            if (now.running) {
                crashed(now, job, e);
            }
        } finally {
            now.threads.remove(job);
            wake();
        }
    }

    /** The database is away, or we have a bug: the job is tried again, but not for ever. */
    private void crashed(Life now, UUID id, RuntimeException e) {
        int crashes = now.crashes.merge(id, 1, Integer::sum);
        log.error("the work on job {} broke off", id, e);
        now.notBefore.put(id, Instant.now().plus(properties.retry().delay(crashes)));
        if (crashes < properties.retry().limit()) {
            return;
        }
        try {
            repository
                    .mine(id, now.worker)
                    .ifPresent(job -> jobs.end(
                            job,
                            now.worker,
                            JobState.FAILED,
                            Ending.because("the training service failed; its log has the cause")));
        } catch (RuntimeException again) {
            log.error("job {} cannot be ended either", id, again);
        }
    }
}
