package io.mlaas.learning.learner;

import io.mlaas.online.ConfigurationRefused;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** A learner cannot go on, though the platform can: what it is made by is missing or fails. */
final class BrokenLearner extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int LONGEST_REASON = 500;

    BrokenLearner(Throwable cause) {
        super(reason(cause), cause);
    }

    /** @throws BrokenLearner for whatever fails but the platform itself, of which the same is thrown */
    static <T> T orBroken(Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException | LinkageError | StackOverflowError failure) {
            if (failure instanceof RuntimeException platform && isOfThePlatform(platform)) {
                throw platform;
            }
            throw new BrokenLearner(failure);
        }
    }

    /** Whether a database or Kafka was asked in vain: all learners wait for them. */
    static boolean isOfThePlatform(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DataAccessException
                    || cause instanceof TransactionException
                    || cause instanceof KafkaException) {
                return true;
            }
        }
        return false;
    }

    /** In a line, for whoever owns the learner. */
    static String reason(Throwable failure) {
        String message =
                String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        String whole =
                switch (failure) {
                    case ConfigurationRefused _ -> message;
                    case LinkageError _ -> "a part of what it is made by is missing: " + message;
                    case StackOverflowError _ -> "it is nested too deeply";
                    default -> failure.getMessage() == null ? "it fails" : message;
                };
        return whole.length() > LONGEST_REASON ? whole.substring(0, LONGEST_REASON) + "…" : whole;
    }
}
