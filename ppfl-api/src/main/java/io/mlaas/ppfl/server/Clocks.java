package io.mlaas.ppfl.server;

import io.mlaas.ppfl.protocol.v1.Place;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * How long clients have been waited for. It is not committed: a server that was away has not waited, and clients that could
 * not reach it are not late.
 */
@Component
class Clocks {
    private final Map<UUID, Clock> clocks = new ConcurrentHashMap<>();

    /** @param told whole time-outs after which somebody was told that clients are waited for */
    private record Clock(Place place, long since, long told) {}

    /** How many whole time-outs it is at this place. */
    long periods(UUID federation, Place place, Duration timeout) {
        Clock clock = clocks.compute(
                federation,
                (id, running) -> running != null && running.place().equals(place)
                        ? running
                        : new Clock(place, System.nanoTime(), 0));
        return (System.nanoTime() - clock.since()) / timeout.toNanos();
    }

    /** @return true once for each whole time-out that is over at this place */
    boolean isNew(UUID federation, Place place, long periods) {
        boolean[] told = {false};
        clocks.computeIfPresent(federation, (id, running) -> {
            told[0] = running.place().equals(place) && running.told() < periods;
            return told[0] ? new Clock(place, running.since(), periods) : running;
        });
        return told[0];
    }

    void forget(UUID federation) {
        clocks.remove(federation);
    }
}
