package io.mlaas.kit.observe;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Gauges with one name and other tags, whose values are shown from time to time, all at once. A gauge that stays is never
 * taken away for a moment, so that whoever scrapes meanwhile finds it, and finds it once.
 */
public final class GaugeFamily {
    private final MultiGauge gauges;
    private final ConcurrentMap<Tags, Double> values = new ConcurrentHashMap<>();

    /** @param name with dots, as Micrometer's names are */
    public GaugeFamily(String name, String description, MeterRegistry meters) {
        gauges = MultiGauge.builder(name).description(description).register(meters);
    }

    /** Shows these values and no others any more. */
    public synchronized void show(Map<Tags, Double> now) {
        values.putAll(now);
        List<MultiGauge.Row<?>> rows =
                now.keySet().stream().<MultiGauge.Row<?>>map(this::row).toList();
        gauges.register(rows, false);
        values.keySet().retainAll(now.keySet());
    }

    private MultiGauge.Row<ConcurrentMap<Tags, Double>> row(Tags tags) {
        return MultiGauge.Row.of(tags, values, all -> all.getOrDefault(tags, Double.NaN));
    }
}
