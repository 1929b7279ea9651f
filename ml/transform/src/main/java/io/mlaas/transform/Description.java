package io.mlaas.transform;

import java.time.Duration;
import java.util.List;

/**
 * What a learner gets and gives.
 *
 * @param givens the input columns as they are before scaling, as {@link Transformer#sample} takes them
 * @param predictions the target columns as {@link Transformer#inverse} gives them
 * @param period between two rows of a series; zero where rows are no series
 */
public record Description(
        Tensor input, Tensor target, List<Feature> givens, List<Feature> predictions, Duration period) {
    public Description {
        givens = List.copyOf(givens);
        predictions = List.copyOf(predictions);
    }

    /** A tensor's shape (without the batch) and the features of each of its rows. */
    public record Tensor(List<Integer> shape, List<Feature> features) {
        public Tensor {
            shape = List.copyOf(shape);
            features = List.copyOf(features);
        }

        /** How many numbers it is, flattened. */
        public int size() {
            return shape.stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact);
        }
    }

    /** One feature; its shape is empty where it is a number. */
    public record Feature(String name, String unit, List<Integer> shape) {
        public Feature {
            shape = List.copyOf(shape);
        }
    }
}
