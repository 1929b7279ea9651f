package io.mlaas.stack.energy;

import io.mlaas.energy.fleet.Device;
import io.mlaas.energy.fleet.Fault;
import io.mlaas.energy.fleet.Fleet;
import io.mlaas.stack.demo.PlatformClient;
import io.mlaas.stack.demo.Story;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a fleet does hour by hour: every device asks the learner what the next hour will need, with what it saw in the one
 * before; at the end of a day it is told what was billed. Devices whose sensors fail ask with what they make of it.
 */
final class FleetTraffic {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int AT_ONCE = 32;
    private static final Duration HOUR = Duration.ofHours(1);

    private final PlatformClient client;
    private final Story story;
    private final Fleet fleet;
    private final String learner;
    private final Map<String, Fault> faults = new HashMap<>();
    private ArrayNode bills = JSON.createArrayNode();
    private Instant now;

    /** @param from the first hour that is asked about */
    FleetTraffic(PlatformClient client, Story story, Fleet fleet, String learner, Instant from) {
        this.client = client;
        this.story = story;
        this.fleet = fleet;
        this.learner = learner;
        this.now = from;
    }

    void fail(Device device, Fault fault) {
        faults.put(device.name(), fault);
    }

    void repair() {
        faults.clear();
    }

    /** The rows that a learner takes, and what it is to say. */
    static ObjectNode rows(List<Device> devices, Instant from, int hours) {
        ObjectNode rows = JSON.createObjectNode();
        ArrayNode instances = rows.putArray("instances");
        ArrayNode targets = rows.putArray("targets");
        for (int hour = 0; hour < hours; hour++) {
            Instant at = from.plus(HOUR.multipliedBy(hour));
            for (Device device : devices) {
                instances.add(instance(device.told(at, Fault.NONE)));
                targets.add(device.billed(at));
            }
        }
        return rows;
    }

    static ObjectNode instance(Device.Hour told) {
        return JSON.createObjectNode()
                .put("hour", Integer.toString(told.hour()))
                .put("voltage_deviation", told.voltageDeviation())
                .put("current", told.current());
    }

    /** Lets the hours before an instant pass; the bills of a day are sent to the monitor when it is over. */
    void until(Instant end, String monitor) throws Exception {
        while (now.isBefore(end)) {
            Instant tomorrow = now.truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(1));
            Instant stop = tomorrow.isBefore(end) ? tomorrow : end;
            long begun = System.nanoTime();
            askAll(now, stop);
            now = stop;
            if (now.equals(tomorrow)) {
                int billed = bill(monitor);
                story.show(String.format(
                        Locale.ROOT,
                        "%s  %,d forecasts asked for and billed (%.0f s)",
                        tomorrow.minusSeconds(1).toString().substring(0, 10),
                        billed,
                        (System.nanoTime() - begun) / 1e9));
            }
        }
    }

    private void askAll(Instant from, Instant until) throws Exception {
        Semaphore free = new Semaphore(AT_ONCE);
        List<Future<?>> asked = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Instant at = from; at.isBefore(until); at = at.plus(HOUR)) {
                for (Device device : fleet.devices()) {
                    Instant hour = at;
                    free.acquire();
                    asked.add(threads.submit(() -> {
                        try {
                            return ask(device, hour);
                        } finally {
                            free.release();
                        }
                    }));
                    bills.addObject()
                            .put("id", id(device, at) + "#0")
                            .put("target", device.billed(at))
                            .put("at", at.plus(HOUR).toString());
                }
            }
        }
        for (Future<?> each : asked) {
            each.get();
        }
    }

    private PlatformClient.Answer ask(Device device, Instant at) throws Exception {
        ObjectNode request = JSON.createObjectNode();
        Fault fault = faults.getOrDefault(device.name(), Fault.NONE);
        request.putArray("instances").add(instance(device.told(at, fault)));
        request.put("event_time", at.toString());
        request.putObject("segments")
                .put("site", device.site())
                .put("building", device.building())
                .put("device", device.name());
        return client.post("/learners/" + learner + "/predict", request, Map.of("ce-id", id(device, at)))
                .expect(200);
    }

    private static String id(Device device, Instant at) {
        return device.name() + "@" + at;
    }

    private int bill(String monitor) throws Exception {
        int billed = bills.size();
        ObjectNode labels = JSON.createObjectNode();
        labels.set("labels", bills);
        client.post("/monitors/" + monitor + "/feedback", labels).expect(200, 202);
        bills = JSON.createArrayNode();
        return billed;
    }
}
