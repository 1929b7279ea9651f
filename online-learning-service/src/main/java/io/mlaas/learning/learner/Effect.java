package io.mlaas.learning.learner;

import io.mlaas.learning.log.LogEntry;

/** What a message leads to outside of its learner. */
sealed interface Effect {
    LogEntry.Message message();

    /** Something in it could not be used. */
    record Rejected(LogEntry.Message message, String source, String reason) implements Effect {}

    /**
     * It is answered.
     *
     * @param json what is answered
     * @param failed whether that is no prediction, which only who asked is told
     */
    record Answered(LogEntry.Message message, String json, boolean failed) implements Effect {}
}
