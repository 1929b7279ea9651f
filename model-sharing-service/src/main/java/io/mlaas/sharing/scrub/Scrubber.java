package io.mlaas.sharing.scrub;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.kit.event.Outbox;
import io.mlaas.sharing.registry.Inspection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Walks through all that is anchored: one asset at a time, one process at a time (an advisory lock, which ends with the
 * connection of a process that dies), at a bounded rate, and the company first of which the fewest bytes were read. After
 * each asset it is written down how far it came.
 */
@Component
class Scrubber implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Scrubber.class);
    private static final long ADVISORY_LOCK = 0x6d6c73637275L;
    private static final int AN_ASSET_AT_LEAST = 64 * 1024;

    private final Inspection inspection;
    private final ScrubRepository runs;
    private final ScrubProperties properties;
    private final Outbox outbox;
    private final DataSource database;
    private final TransactionTemplate transactions;
    private final MeterRegistry meters;
    private final Counter bytesRead;
    private final Semaphore work = new Semaphore(0);
    private volatile boolean running;
    private volatile boolean atWork;
    private volatile Thread thread = Thread.currentThread();

    Scrubber(
            Inspection inspection,
            ScrubRepository runs,
            ScrubProperties properties,
            Outbox outbox,
            DataSource database,
            PlatformTransactionManager transactions,
            MeterRegistry meters) {
        this.inspection = inspection;
        this.runs = runs;
        this.properties = properties;
        this.outbox = outbox;
        this.database = database;
        this.transactions = new TransactionTemplate(transactions);
        this.meters = meters;
        this.bytesRead = Counter.builder("mlaas.scrub.bytes")
                .description("Bytes at rest that were read to verify them")
                .register(meters);
        Gauge.builder("mlaas.scrub.running", () -> atWork ? 1 : 0)
                .description("1 while this process looks at what is at rest")
                .register(meters);
    }

    /** @return the run that was begun, or one that goes on and covers the same */
    UUID request(@Nullable UUID organizationId, String requestedBy) {
        UUID run = begin(organizationId, requestedBy);
        work.release();
        return run;
    }

    private UUID begin(@Nullable UUID organizationId, @Nullable String requestedBy) {
        UUID run = transactions.execute(status -> {
            runs.lockBeginnings();
            return runs.unfinished(organizationId).orElseGet(() -> runs.begin(organizationId, requestedBy));
        });
        if (run == null) {
            throw new IllegalStateException("no run was begun");
        }
        return run;
    }

    @Override
    public void start() {
        running = true;
        thread = Thread.ofVirtual().name("scrubber").start(this::run);
    }

    @Override
    public void stop() {
        running = false;
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private void run() {
        while (running) {
            try {
                if (due()) {
                    scrubIfNobodyElseDoes();
                }
                work.tryAcquire(properties.poll().toMillis(), TimeUnit.MILLISECONDS);
                work.drainPermits();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (CancellationException e) {
                log.info("scrubbing goes on in the next life: {}", e.getMessage());
                return;
            } catch (SQLException | RuntimeException e) {
                if (running && !pauseAfter(e)) {
                    return;
                }
            }
        }
    }

    private boolean pauseAfter(Exception e) {
        log.warn("scrubbing pauses", e);
        try {
            TimeUnit.MILLISECONDS.sleep(properties.poll().toMillis());
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean due() {
        if (runs.current().isPresent()) {
            return true;
        }
        if (properties.interval().isZero() || runs.startedSince(Instant.now().minus(properties.interval()))) {
            return false;
        }
        begin(null, null);
        return true;
    }

    private void scrubIfNobodyElseDoes() throws SQLException, InterruptedException {
        try (Connection connection = database.getConnection()) {
            if (!lock(connection, "select pg_try_advisory_lock(?)")) {
                return;
            }
            atWork = true;
            try {
                BoundedRate pace = new BoundedRate(properties.rate().toBytes(), () -> running);
                Optional<UUID> run = runs.current();
                while (run.isPresent() && connection.isValid(5)) {
                    step(run.get(), pace);
                    run = runs.current();
                }
            } finally {
                atWork = false;
                lock(connection, "select pg_advisory_unlock(?)");
            }
        }
    }

    private static boolean lock(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, ADVISORY_LOCK);
            try (ResultSet answer = statement.executeQuery()) {
                return answer.next() && answer.getBoolean(1);
            }
        }
    }

    private void step(UUID run, BoundedRate pace) throws InterruptedException {
        Optional<ScrubRepository.Progress> turn = runs.turn(run);
        if (turn.isEmpty()) {
            finish(run);
            return;
        }
        UUID company = turn.get().organizationId();
        Optional<Inspection.Subject> next = inspection.next(company, turn.get().after());
        if (next.isEmpty()) {
            runs.done(run, company);
            return;
        }
        look(run, company, next.get(), pace);
    }

    private void look(UUID run, UUID company, Inspection.Subject subject, BoundedRate pace)
            throws InterruptedException {
        long[] read = {0};
        Inspection.Verdict verdict = inspect(subject, pace, read);
        for (int again = 0; again < properties.retries() && verdict instanceof Inspection.Verdict.Unanswered; again++) {
            TimeUnit.MILLISECONDS.sleep(properties.retryAfter().toMillis());
            verdict = inspect(subject, pace, read);
        }
        if (!running) {
            throw new CancellationException("the service stops");
        }
        Inspection.Verdict last = verdict;
        transactions.executeWithoutResult(status -> runs.looked(run, company, subject, read[0], last));
        ScrubRun.Outcome outcome = ScrubRepository.outcome(verdict);
        meters.counter(
                        "mlaas.scrub.assets",
                        "outcome",
                        outcome == null ? "good" : outcome.name().toLowerCase(Locale.ROOT))
                .increment();
        if (outcome != null) {
            log.warn("{} {} of {}: {}", subject.kind(), subject.id(), company, verdict);
        }
    }

    private Inspection.Verdict inspect(Inspection.Subject subject, BoundedRate pace, long[] read) {
        pace.read(AN_ASSET_AT_LEAST);
        long before = read[0];
        return inspection.inspect(subject, bytes -> {
            read[0] += bytes;
            bytesRead.increment(bytes);
            if (read[0] - before > AN_ASSET_AT_LEAST) {
                pace.read(bytes);
            }
        });
    }

    private void finish(UUID run) {
        transactions.executeWithoutResult(status -> {
            if (!runs.finish(run)) {
                return;
            }
            for (ScrubRepository.Sums sums : runs.sums(run)) {
                var payload = new RegistryEvents.ScrubFinished(
                        run, sums.assets(), sums.bytes(), sums.tampered(), sums.notOnChain(), sums.unchecked());
                outbox.publish(
                        Topics.REGISTRY,
                        CloudEvent.of(
                                "/model-sharing-service",
                                RegistryEvents.SCRUB_FINISHED,
                                run,
                                sums.organizationId(),
                                payload));
            }
        });
        runs.removeOlderThan(properties.keep());
        log.info("run {} looked at everything at rest", run);
    }
}
