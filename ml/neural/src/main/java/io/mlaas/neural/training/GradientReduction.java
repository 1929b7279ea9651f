package io.mlaas.neural.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/** What happens to a step's loss and gradients before the optimiser sees them. */
interface GradientReduction {
    /** A single rank's are used as they are. */
    GradientReduction NONE = (gradients, loss, step) -> new Reduced(gradients, loss);

    /**
     * @param gradients of this rank's share of the batch, in the order of the parameters
     * @param loss this rank's share of it
     * @param step owns what is returned
     */
    Reduced reduce(List<NDArray> gradients, float loss, NDManager step);

    /** Loss and gradients of the whole batch. */
    record Reduced(List<NDArray> gradients, float loss) {}
}
