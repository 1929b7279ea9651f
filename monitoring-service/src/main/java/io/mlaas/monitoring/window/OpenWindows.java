package io.mlaas.monitoring.window;

import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.monitor.MonitorRepository;
import io.mlaas.monitoring.monitor.MonitoringProperties;
import io.mlaas.monitoring.window.BlockRepository.Crowd;
import org.springframework.stereotype.Component;

/** Keeps windows bounded while they are open, however much comes and in however small pieces. */
@Component
class OpenWindows {
    private static final int MANY_BLOCKS = 64;
    private static final int SMALL_PART = 16;
    private static final int MANY_SAMPLES = 3;

    private final MonitorRepository monitors;
    private final BlockRepository blocks;
    private final MonitoringProperties limits;

    OpenWindows(MonitorRepository monitors, BlockRepository blocks, MonitoringProperties limits) {
        this.monitors = monitors;
        this.blocks = blocks;
        this.limits = limits;
    }

    /** Windows with more rows than are looked at become a sample, small blocks of others become a larger one. */
    void tidy() {
        for (Crowd crowd : blocks.crowds()) {
            monitors.find(crowd.monitor()).ifPresent(monitor -> tidy(monitor, crowd));
        }
    }

    private void tidy(Monitor monitor, Crowd crowd) {
        int most = limits.windowRows(monitor.document().layout());
        if (crowd.rows() > (long) MANY_SAMPLES * most) {
            blocks.merge(monitor, crowd.window(), most, Integer.MAX_VALUE);
        } else if (crowd.blocks() > MANY_BLOCKS) {
            blocks.merge(monitor, crowd.window(), most, most / SMALL_PART);
        }
    }
}
