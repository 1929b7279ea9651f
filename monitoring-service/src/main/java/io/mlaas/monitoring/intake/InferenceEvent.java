package io.mlaas.monitoring.intake;

import io.mlaas.monitoring.rows.JsonTape;
import java.util.List;
import java.util.UUID;

/**
 * A CloudEvent about predictions or labels.
 *
 * @param organization whose it is
 * @param subjects what a monitor of it may watch
 * @param micros when it happened
 * @param json holds the data until the next event is read
 * @param data where in it
 */
record InferenceEvent(
        Kind kind, String id, UUID organization, List<String> subjects, long micros, JsonTape json, int data) {

    enum Kind {
        PREDICTED,
        LABELS,
        REQUEST,
        RESPONSE
    }

    /** Whether another event belongs to it. */
    boolean isHalf() {
        return kind == Kind.REQUEST || kind == Kind.RESPONSE;
    }
}
