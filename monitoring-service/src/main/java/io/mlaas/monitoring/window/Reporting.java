package io.mlaas.monitoring.window;

import io.mlaas.monitoring.action.Alerts;
import io.mlaas.monitoring.fleet.FleetWindow;
import io.mlaas.monitoring.fleet.Fleets;
import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.monitor.MonitorRepository;
import io.mlaas.monitoring.monitor.MonitoringProperties;
import io.mlaas.monitoring.report.Evaluation;
import io.mlaas.monitoring.report.Report;
import io.mlaas.monitoring.window.WindowRepository.Window;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Has the reports of closed windows made: the first when they close, others when more belongs to them. */
@Component
class Reporting {
    private static final int MOST_BEFORE = 100;

    private final MonitorRepository monitors;
    private final WindowRepository windows;
    private final BlockRepository blocks;
    private final Evaluation evaluation;
    private final Fleets fleets;
    private final Alerts alerts;
    private final MonitoringProperties limits;
    private final WindowProperties properties;
    private final TransactionTemplate transactions;
    private final JsonMapper json;
    private final Clock clock;

    Reporting(
            MonitorRepository monitors,
            WindowRepository windows,
            BlockRepository blocks,
            Evaluation evaluation,
            Fleets fleets,
            Alerts alerts,
            MonitoringProperties limits,
            WindowProperties properties,
            PlatformTransactionManager transactions,
            JsonMapper json,
            Clock clock) {
        this.monitors = monitors;
        this.windows = windows;
        this.blocks = blocks;
        this.evaluation = evaluation;
        this.fleets = fleets;
        this.alerts = alerts;
        this.limits = limits;
        this.properties = properties;
        this.transactions = new TransactionTemplate(transactions);
        this.json = json;
        this.clock = clock;
    }

    /** @return whether there was one to make */
    boolean reportOne() {
        Optional<Window> claimed = windows.claim(properties.lease(), properties.atMostEvery());
        if (claimed.isEmpty()) {
            return false;
        }
        Window window = claimed.get();
        try (Lease lease = new Lease(properties.lease(), time -> windows.keep(window, time))) {
            lease.start();
            monitors.find(window.monitor()).ifPresent(monitor -> report(monitor, window));
        }
        return true;
    }

    private void report(Monitor monitor, Window window) {
        BlockRepository.Content content = blocks.content(
                monitor, window, limits.windowRows(monitor.document().layout()));
        Report windowReport = evaluation.report(
                monitor,
                new Evaluation.Span(
                        window.number(), Window.instant(window.startsMicros()), Window.instant(window.endsMicros())),
                content.labelled(),
                content.complete());
        FleetWindow fleet = fleets.of(monitor, content.labelled(), windowReport);
        Report report = windowReport.with(fleet.triage());
        String written = json.writeValueAsString(report);
        transactions.executeWithoutResult(status -> {
            if (windows.report(window, written)) {
                fleets.keep(monitor.id(), window.number(), fleet);
                alerts.judge(monitor, report, before(window));
                if (content.sequences().size() > 1) {
                    blocks.compact(monitor, window.number(), content);
                }
            }
        });
    }

    private List<Report> before(Window window) {
        return windows.list(window.monitor(), window.number(), MOST_BEFORE).stream()
                .map(Window::report)
                .filter(java.util.Objects::nonNull)
                .map(earlier -> json.treeToValue(earlier, Report.class))
                .toList();
    }

    /** Removes what is older than its monitor keeps. */
    void sweep() {
        long now = clock.millis() * 1000;
        for (Monitor monitor : monitors.all()) {
            windows.forget(monitor.id(), monitor.document().oldestMicros(now));
        }
    }
}
