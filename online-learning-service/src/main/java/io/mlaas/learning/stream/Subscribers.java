package io.mlaas.learning.stream;

import java.time.Instant;
import java.util.List;

/** Who has sources. */
public interface Subscribers {

    /** Every learner that was made, changed or deleted later, in that order. */
    List<Subscriber> changedSince(Instant since);
}
