package io.mlaas.monitoring.window;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.monitor.MonitorRepository;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Closes windows, has reports made, and forgets what is too old; every instance does, and none the work of another. */
@Component
class WindowWork implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(WindowWork.class);

    private final MonitorRepository monitors;
    private final WindowRepository windows;
    private final BlockRepository blocks;
    private final CountWindows countWindows;
    private final OpenWindows openWindows;
    private final Reporting reporting;
    private final MonitorGauges gauges;
    private final WindowProperties properties;
    private final Counter failures;
    private volatile CountDownLatch stopped = new CountDownLatch(0);
    private volatile Thread thread = Thread.currentThread();
    private long lookAt = System.nanoTime();
    private long sweepAt = System.nanoTime();
    private long refreshAt = System.nanoTime();

    WindowWork(
            MonitorRepository monitors,
            WindowRepository windows,
            BlockRepository blocks,
            CountWindows countWindows,
            OpenWindows openWindows,
            Reporting reporting,
            MonitorGauges gauges,
            WindowProperties properties,
            MeterRegistry meters) {
        this.monitors = monitors;
        this.windows = windows;
        this.blocks = blocks;
        this.countWindows = countWindows;
        this.openWindows = openWindows;
        this.reporting = reporting;
        this.gauges = gauges;
        this.properties = properties;
        this.failures = Counter.builder("mlaas.monitoring.failures")
                .description("Work on windows that failed and is tried again")
                .register(meters);
    }

    @Override
    public void start() {
        stopped = new CountDownLatch(1);
        thread = Thread.ofPlatform().name("monitoring-windows").start(() -> run(stopped));
    }

    private void run(CountDownLatch stop) {
        try {
            do {
                step(stop);
            } while (!stop.await(properties.poll().toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void step(CountDownLatch stop) {
        // all that is kept is looked through for new labels: not more often than reports are made anew
        if (System.nanoTime() - lookAt >= 0) {
            lookAt = System.nanoTime() + properties.atMostEvery().toNanos();
            attempt(() -> blocks.withNewLabels().forEach(monitor -> attempt(() -> blocks.lookAtLabels(monitor))));
            attempt(() -> openWindows.tidy());
        }
        attempt(() -> windows.withOpenWindows().forEach(id -> with(id, windows::close)));
        attempt(() -> countWindows.withLooseRows().forEach(id -> with(id, countWindows::cut)));
        boolean more = true;
        while (more && stop.getCount() > 0) {
            more = attempt(reporting::reportOne);
        }
        if (System.nanoTime() - refreshAt >= 0) {
            refreshAt = System.nanoTime() + properties.metrics().toNanos();
            attempt(gauges::refresh);
        }
        if (System.nanoTime() - sweepAt >= 0) {
            sweepAt = System.nanoTime() + properties.sweep().toNanos();
            attempt(reporting::sweep);
        }
    }

    private void with(UUID id, Consumer<Monitor> work) {
        attempt(() -> monitors.find(id).ifPresent(work));
    }

    private void attempt(Runnable work) {
        attempt(() -> {
            work.run();
            return true;
        });
    }

    private boolean attempt(java.util.function.BooleanSupplier work) {
        try {
            return work.getAsBoolean();
        } catch (RuntimeException e) {
            failures.increment();
            log.warn("work on windows failed and is tried again", e);
            return false;
        }
    }

    @Override
    public void stop() {
        stopped.countDown();
        try {
            thread.join(java.time.Duration.ofSeconds(15));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return stopped.getCount() > 0;
    }
}
