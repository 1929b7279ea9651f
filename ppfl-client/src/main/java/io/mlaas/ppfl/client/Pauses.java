package io.mlaas.ppfl.client;

import java.time.Duration;

/** Growing pauses between attempts to reach the server. */
final class Pauses {
    private static final Duration FIRST = Duration.ofMillis(250);

    private final Duration longest;
    private Duration next = FIRST;

    Pauses(Duration longest) {
        this.longest = longest;
    }

    /** Twice as long as the one before. */
    Duration next() {
        Duration pause = next.compareTo(longest) < 0 ? next : longest;
        next = pause.multipliedBy(2);
        return pause;
    }

    void reached() {
        next = FIRST;
    }
}
