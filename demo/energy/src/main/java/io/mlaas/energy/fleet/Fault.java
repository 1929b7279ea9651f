package io.mlaas.energy.fleet;

import io.mlaas.energy.grid.Meter;
import io.mlaas.energy.grid.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** What a meter's sensors make of what is there. */
@FunctionalInterface
public interface Fault {
    double VOLTS_AN_HOUR = 1.5;

    /** They tell it as it is. */
    Fault NONE = Meter::read;

    /** @return the reading of a time, as the sensors have it */
    Reading seen(Meter meter, Instant time);

    /** From an instant on the currents are those of that instant. */
    static Fault stuck(Instant since) {
        return (meter, time) -> {
            Reading now = meter.read(time);
            return time.isBefore(since)
                    ? now
                    : new Reading(time, now.voltage(), meter.read(since).current());
        };
    }

    /** From an instant on the voltages are {@value #VOLTS_AN_HOUR} V higher with each hour. */
    static Fault drifting(Instant since) {
        return (meter, time) -> {
            Reading now = meter.read(time);
            double more =
                    VOLTS_AN_HOUR * Math.max(0, Duration.between(since, time).toSeconds() / 3600.0);
            return new Reading(time, changed(now.voltage(), volts -> volts + more), now.current());
        };
    }

    /** From an instant on the currents are in milliamperes. */
    static Fault inMilliamperes(Instant since) {
        return (meter, time) -> {
            Reading now = meter.read(time);
            return time.isBefore(since)
                    ? now
                    : new Reading(time, now.voltage(), changed(now.current(), amperes -> 1000 * amperes));
        };
    }

    private static double[] changed(double[] values, DoubleUnaryOperator change) {
        return Arrays.stream(values).map(change).toArray();
    }
}
