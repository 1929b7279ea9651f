package io.mlaas.ppfl.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Growing pauses between attempts to reach the server, up to a fifth longer by chance, so that not all who lost it come back at once. */
final class Pauses {
    private static final Duration FIRST = Duration.ofMillis(250);
    private static final int CHANCE_PART = 5;

    private final Duration longest;
    private Duration next = FIRST;

    Pauses(Duration longest) {
        this.longest = longest;
    }

    /** About twice as long as the one before. */
    Duration next() {
        Duration pause = next.compareTo(longest) < 0 ? next : longest;
        next = pause.multipliedBy(2);
        return pause.plusMillis(ThreadLocalRandom.current().nextLong(pause.toMillis() / CHANCE_PART + 1));
    }

    void reached() {
        next = FIRST;
    }
}
