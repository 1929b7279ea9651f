package io.mlaas.learning.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.learning.log.LearningLog;
import io.mlaas.learning.log.LogAwayException;
import io.mlaas.learning.log.LogEntry;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Where MQTT messages wait until they are durable, in so much memory and no more. Those of QoS 1 wait for room, and hold up
 * what comes over their connection; of QoS 0, which nobody promises anything, what finds no room is dropped.
 */
@Component
class Intake implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Intake.class);
    private static final Duration PAUSE_AFTER_A_FAILURE = Duration.ofSeconds(1);
    private static final Duration FULL = Duration.ofMillis(100);

    /** Bytes of memory that a message takes beside its payload, roughly. */
    private static final int OVERHEAD = 1024;

    private final LearningLog entries;
    private final int most;
    private final Semaphore room;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final AtomicInteger waiting;
    private final Counter received;
    private final Counter dropped;
    private final Counter left;
    private volatile boolean failing;
    private volatile boolean running;
    private volatile Thread thread = Thread.currentThread();

    Intake(LearningLog entries, StreamProperties properties, MeterRegistry meters) {
        this.entries = entries;
        this.most = (int) Math.min(Integer.MAX_VALUE, properties.memory().toBytes());
        this.room = new Semaphore(most);
        this.waiting = meters.gauge("mlaas.learning.mqtt.waiting", new AtomicInteger());
        this.received = meters.counter("mlaas.learning.received", "transport", "mqtt");
        this.dropped = meters.counter("mlaas.learning.mqtt.dropped");
        this.left = meters.counter("mlaas.learning.mqtt.unwanted");
    }

    private record Waiting(LogEntry.Message entry, int bytes, Runnable durable) {}

    @Override
    public void start() {
        running = true;
        thread = Thread.ofPlatform().name("learner-mqtt-intake").start(this::run);
    }

    /**
     * Waits for room; the broker's connection holds up what comes after.
     *
     * @param over whether the message need not be taken any more: it comes again over another connection
     */
    void take(Arrival arrival, int qos, BooleanSupplier over, Runnable durable) {
        int bytes = (int) Math.min(most, arrival.payload().length + (long) OVERHEAD);
        if (qos == 0 && !room.tryAcquire(bytes)) {
            dropped.increment();
            return;
        }
        if (qos != 0 && !findRoom(bytes, over)) {
            return;
        }
        waiting.incrementAndGet();
        queue.add(new Waiting(arrival.entry(entries.largestEntry()), bytes, durable));
    }

    private boolean findRoom(int bytes, BooleanSupplier over) {
        try {
            boolean found = room.tryAcquire(bytes);
            while (!found && !over.getAsBoolean()) {
                found = room.tryAcquire(bytes, FULL.toMillis(), TimeUnit.MILLISECONDS);
            }
            return found;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A message came that nobody wants any more. */
    void left() {
        left.increment();
    }

    private void run() {
        try {
            while (running) {
                append(queue.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void append(Waiting message) throws InterruptedException {
        while (running) {
            try {
                var unused =
                        entries.appendLater(message.entry()).whenComplete((_, failure) -> appended(message, failure));
                return;
            } catch (LogAwayException e) {
                failed(e);
                Thread.sleep(PAUSE_AFTER_A_FAILURE);
            }
        }
    }

    /** On a thread of Kafka's. */
    private void appended(Waiting message, @org.jspecify.annotations.Nullable Throwable failure) {
        if (failure != null) {
            failed(failure);
            queue.add(message);
            return;
        }
        failing = false;
        waiting.decrementAndGet();
        room.release(message.bytes());
        received.increment();
        message.durable().run();
    }

    private void failed(Throwable failure) {
        if (!failing) {
            log.warn("MQTT messages wait: the learners' log cannot be written now", failure);
        }
        failing = true;
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
}
