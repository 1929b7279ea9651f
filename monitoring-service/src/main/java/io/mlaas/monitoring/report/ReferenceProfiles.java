package io.mlaas.monitoring.report;

import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.monitor.MonitorRepository;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Profiles of references, the latest used ones in memory: a monitor's reference never changes. */
@Component
class ReferenceProfiles {
    private static final long MOST_VALUES = 8_000_000;

    private final MonitorRepository monitors;
    private final Map<UUID, ReferenceProfile> known = new LinkedHashMap<>(16, 0.75f, true);

    ReferenceProfiles(MonitorRepository monitors) {
        this.monitors = monitors;
    }

    synchronized ReferenceProfile of(Monitor monitor) {
        ReferenceProfile found = known.get(monitor.id());
        if (found == null) {
            found = new ReferenceProfile(monitors.reference(monitor));
            known.put(monitor.id(), found);
            forget();
        }
        return found;
    }

    private void forget() {
        long values =
                known.values().stream().mapToLong(ReferenceProfile::values).sum();
        Iterator<ReferenceProfile> eldest = known.values().iterator();
        while (values > MOST_VALUES && known.size() > 1) {
            values -= eldest.next().values();
            eldest.remove();
        }
    }
}
