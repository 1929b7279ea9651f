package io.mlaas.online;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model that goes on learning. It belongs to one thread at a time; others ask a {@link #snapshot()}.
 *
 * <p>Equal configurations, seeds and batches give equal states, bit for bit ({@link LearnerState#digest}), on one machine
 * with the same libraries. Every implementation passes {@code io.mlaas.online.contract.LearnerContract}.
 */
public interface Learner extends Predictor {

    /** Name of the {@link Algorithm} that made it. */
    String algorithm();

    /** Its configuration with every default filled in; given to the algorithm again it makes the same learner. */
    ObjectNode configuration();

    /**
     * Whether {@link #learn} would take this batch, as far as that can be told without learning. Learners that allow less
     * than their schema say so here.
     *
     * @throws BatchRefused if not
     */
    default void check(Batch batch) {
        schema().check(batch);
    }

    /**
     * Learns all rows in their order, or none of them.
     *
     * @throws BatchRefused for a batch that the schema does not allow; the state is then as before
     */
    void learn(Batch batch);

    /**
     * Weighted mean over the rows of what this learner makes small, without learning them; 0 for no rows. It serves to
     * compare states of one learner; what it is depends on the algorithm (its documentation names it).
     *
     * @throws BatchRefused for a batch that the schema does not allow
     */
    double loss(Batch batch);

    /**
     * What this learner would predict now, and goes on predicting while the learner learns. Any number of threads may
     * ask it at once.
     */
    Predictor snapshot();

    /** Whether {@link #addClass} works. */
    default boolean growsClasses() {
        return false;
    }

    /**
     * Appends a class that no row has had; {@link #schema()} has it from now on, snapshots taken before do not.
     *
     * @throws IllegalArgumentException if there is such a class already
     */
    default void addClass(String name) {
        throw new UnsupportedOperationException(algorithm() + " cannot take a class that was not named at the start");
    }

    /**
     * Writes everything that later behaviour depends on, the random generator's state included, always with the same
     * bytes for the same state. Without schema and configuration: {@link LearnerState} adds them, and checks.
     */
    void writeState(DataOutput out) throws IOException;

    /**
     * Takes a state over that a learner of the same schema and configuration wrote. Callers use {@link LearnerState},
     * which finds truncated and foreign states first.
     */
    void readState(DataInput in) throws IOException;

    /**
     * What of its configuration may become another while it learns: JSON pointers into the configuration, by the names that
     * go for all algorithms ({@code learning_rate}, {@code epochs}, {@code frozen_layers}).
     */
    default Map<String, String> adjustable() {
        return Map.of();
    }

    /**
     * Takes a state over that a learner of the same schema wrote whose configuration was another one in what is
     * {@link #adjustable} alone. Callers use {@link LearnerState#adjust}.
     *
     * @param before configuration of the learner that wrote it
     */
    default void readAdjusted(DataInput in, JsonNode before) throws IOException {
        readState(in);
    }
}
