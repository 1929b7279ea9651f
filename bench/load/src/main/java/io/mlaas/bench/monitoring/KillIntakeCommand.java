package io.mlaas.bench.monitoring;

import io.mlaas.bench.Await;
import io.mlaas.bench.monitoring.Monitoring.Counts;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Predictions and labels go on coming while the service, PostgreSQL and Kafka are killed; then they are counted by id. */
@Command(
        name = "kill",
        mixinStandardHelpOptions = true,
        description = {
            "kill -9 of monitoring-service at a random moment of each round, in every 4th also of PostgreSQL, in the 2nd, 6th",
            "and 10th of Kafka, while predictions and labels of many windows come; then, by id: in the windows' rows",
            "once, never, or more often; in the reports; with the right label; and read from Kafka more often than once."
        })
final class KillIntakeCommand implements Callable<Integer> {
    private static final Duration LONGEST = Duration.ofMinutes(8);
    private static final int ROWS = 2;
    private static final int WINDOWS = 20;

    @Option(names = "--rounds", defaultValue = "10", description = "how often (${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--rate", defaultValue = "2000", description = "events a second, of two rows (${DEFAULT-VALUE})")
    private int rate;

    @Option(names = "--seconds", defaultValue = "8", description = "until a kill, at most (${DEFAULT-VALUE})")
    private int seconds;

    @SuppressWarnings("NullAway.Init")
    private Monitoring monitoring;

    private final Windows windows = Windows.of(WINDOWS);
    private final String run = "kill-" + Long.toString(System.currentTimeMillis(), 36);

    @Override
    public Integer call() throws Exception {
        monitoring = new Monitoring();
        UUID monitor = monitoring.make(run, 5, Windows.DOCUMENT);
        AtomicBoolean enough = new AtomicBoolean();
        int sent;
        try (Sender sender = new Sender(monitoring.kafka());
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<Integer> sending = thread.submit(() -> send(sender, enough));
            try {
                for (int round = 1; round <= rounds; round++) {
                    round(round);
                }
            } finally {
                enough.set(true);
            }
            sent = sending.get();
        }
        Await.until("all rows", LONGEST, Duration.ofSeconds(1), () -> counted(monitor, sent));
        windows.awaitReports(monitoring, monitor);
        return reckon(monitor, sent) ? 0 : 1;
    }

    private boolean counted(UUID monitor, int events) throws InterruptedException {
        try {
            Counts counts = monitoring.counts(monitor);
            return counts.rows() >= (long) events * ROWS && counts.labels() >= events;
        } catch (IOException away) {
            return false;
        }
    }

    /** An event's label is of its second row, and sometimes ahead of it. */
    private int send(Sender sender, AtomicBoolean enough) {
        Events events = new Events(run, ROWS, 5);
        long begun = System.nanoTime();
        int i = 0;
        for (; !enough.get(); i++) {
            LockSupport.parkNanos(begun + (long) (i * 1e9 / rate) - System.nanoTime());
            byte[] label = events.labelled("l" + i, run + "/" + i + "#1", i, windows.time(i));
            if (i % 3 == 0) {
                sender.send(Monitoring.FEEDBACK, null, label);
            }
            sender.send(Monitoring.INFERENCE, null, events.predicted(run + "/" + i, i, windows.time(i)));
            if (i % 3 != 0) {
                sender.send(Monitoring.FEEDBACK, null, label);
            }
        }
        sender.flush();
        return i;
    }

    private void round(int round) throws Exception {
        TimeUnit.MILLISECONDS.sleep(RandomGenerator.getDefault().nextLong(500, seconds * 1000L));
        List<String> killed = round % 4 == 0
                ? List.of(kill("monitoring"), kill("postgres"))
                : round % 4 == 2 ? List.of(kill("monitoring"), kill("kafka")) : List.of(kill("monitoring"));
        long begun = System.nanoTime();
        Await.until("health", LONGEST, Duration.ofMillis(500), monitoring.stack()::healthy);
        monitoring.awaitAnswers();
        System.out.printf(
                Locale.ROOT,
                "round %2d  killed %s, back after %.0f s%n",
                round,
                killed,
                (System.nanoTime() - begun) / 1e9);
    }

    private String kill(String member) {
        return monitoring.stack().kill(member) ? member : "(nothing)";
    }

    private boolean reckon(UUID monitor, int events) throws Exception {
        Counts counts = monitoring.counts(monitor);
        StoredIds.Found found = StoredIds.find(monitoring, monitor, run, events, ROWS);
        long reported = 0;
        long labelled = 0;
        for (long window : windows.numbers().toArray()) {
            var report = monitoring.report(monitor, window).body();
            reported += report.path("rows").asLong();
            labelled += report.path("labelled").asLong();
        }
        long rows = (long) events * ROWS;
        System.out.printf(
                "%,d events of %d rows and as many labels: ids in the windows once %,d, never %,d, more often %,d,"
                        + " unknown %,d; in reports rows %,d, labelled %,d;"
                        + " read from Kafka: rows %,d, labels %,d, refused %,d%n",
                events,
                ROWS,
                found.once(),
                found.never(),
                found.moreOften(),
                found.unknown(),
                reported,
                labelled,
                counts.rows(),
                counts.labels(),
                counts.refused());
        return found.once() == rows
                && found.moreOften() + found.unknown() == 0
                && reported == rows
                && labelled == events
                && counts.equals(new Counts(rows, events, 0));
    }
}
