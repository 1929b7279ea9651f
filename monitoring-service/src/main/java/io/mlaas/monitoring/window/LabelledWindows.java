package io.mlaas.monitoring.window;

import io.mlaas.monitoring.action.LabelledRows;
import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.monitor.MonitoringProperties;
import io.mlaas.monitoring.rows.Rows;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Reads windows for what is learned from them: one at a time is in memory. */
@Component
class LabelledWindows implements LabelledRows {
    private final WindowRepository windows;
    private final BlockRepository blocks;
    private final MonitoringProperties limits;

    LabelledWindows(WindowRepository windows, BlockRepository blocks, MonitoringProperties limits) {
        this.windows = windows;
        this.blocks = blocks;
        this.limits = limits;
    }

    @Override
    public Iterable<Rows> latest(Monitor monitor, long upTo, int count) {
        List<WindowRepository.Window> found = windows.list(monitor.id(), upTo + 1, count);
        return () -> rows(monitor, found).iterator();
    }

    private Stream<Rows> rows(Monitor monitor, List<WindowRepository.Window> found) {
        return found.stream().map(window -> blocks.content(
                        monitor, window, limits.windowRows(monitor.document().layout()))
                .labelled());
    }
}
