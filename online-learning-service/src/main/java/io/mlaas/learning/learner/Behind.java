package io.mlaas.learning.learner;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * A learner that could not go on, or reads what it missed since.
 *
 * @param next the first entry of the log that it has not learned, or one before it
 * @param reason why it could not go on
 * @param attempts how often it was tried in vain to have it go on
 * @param catchingUp whether it is at work again
 */
record Behind(
        UUID learner,
        int partition,
        long next,
        String reason,
        Instant since,
        int attempts,
        Instant nextAttemptAt,
        boolean catchingUp) {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofMinutes(1);
    private static final int DOUBLINGS = 6;

    /** What failed may have been a process beside this one: it is tried again at once. */
    static Behind now(UUID learner, int partition, long next, String reason, Instant now) {
        return new Behind(learner, partition, next, reason, now, 0, now, false);
    }

    Behind failedAgain(long from, String why, Instant now) {
        Duration pause = FIRST.multipliedBy(1L << Math.min(attempts, DOUBLINGS));
        Instant then = now.plus(pause.compareTo(MOST) < 0 ? pause : MOST);
        return new Behind(learner, partition, from, why, since, attempts + 1, then, false);
    }

    Behind atWork() {
        return new Behind(learner, partition, next, reason, since, attempts, nextAttemptAt, true);
    }

    Behind triedAt(Instant then) {
        return new Behind(learner, partition, next, reason, since, attempts, then, catchingUp);
    }
}
