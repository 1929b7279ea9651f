package io.mlaas.energy.grid;

import java.time.Instant;

/** What is generated, or consumed. */
@FunctionalInterface
public interface PowerSource {

    /** Active power at a time, in watts; never negative. */
    double watts(Instant time);
}
