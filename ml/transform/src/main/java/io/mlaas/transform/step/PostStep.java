package io.mlaas.transform.step;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is done with an answer on its way to the client. */
public interface PostStep {
    /** Whether the step looks at the message that the answer is for. */
    default boolean needsTheMessage() {
        return false;
    }

    /**
     * @param answer so far: {@code {"predictions": …}}
     * @param message the tree of the message, where it is needed
     * @param prediction as the model gave it
     */
    ObjectNode apply(ObjectNode answer, JsonNode message, double[] prediction) throws RowRejectedException;
}
