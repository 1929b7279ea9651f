package io.mlaas.monitoring.fleet;

import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.monitor.MonitorRepository;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** References of fleets, the latest used ones in memory: a monitor's reference never changes. */
@Component
class FleetReferences {
    private final MonitorRepository monitors;
    private final FleetProperties limits;
    private final Map<UUID, FleetReference> known = new LinkedHashMap<>(16, 0.75f, true);

    FleetReferences(MonitorRepository monitors, FleetProperties limits) {
        this.monitors = monitors;
        this.limits = limits;
    }

    synchronized FleetReference of(Monitor monitor) {
        FleetReference found = known.get(monitor.id());
        if (found == null) {
            int features = monitor.document().schema().features().size();
            found = FleetReference.of(monitor, monitors.reference(monitor), limits.devicesOf(features));
            known.put(monitor.id(), found);
            forget();
        }
        return found;
    }

    private void forget() {
        long columns =
                known.values().stream().mapToLong(FleetReference::columns).sum();
        Iterator<FleetReference> eldest = known.values().iterator();
        while (columns > limits.columns() && known.size() > 1) {
            columns -= eldest.next().columns();
            eldest.remove();
        }
    }
}
