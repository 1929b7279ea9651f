package io.mlaas.neural.network;

/**
 * One tensor that a network owns.
 *
 * @param name path below the root module, such as {@code conv1.weight}
 * @param buffer true for a running statistic, which is kept but not trained
 */
public record ParameterSpec(String name, TensorShape shape, boolean buffer, Initial initial) {

    /** How the tensor starts; the distributions are PyTorch's defaults for the layer. */
    public sealed interface Initial {
        /** Every element the same. */
        record Constant(float value) implements Initial {}

        /** Uniform in [-bound, bound): Kaiming-uniform with a = √5 for weights, that is 1/√fan_in. */
        record Uniform(double bound) implements Initial {}

        /** Normal with mean 0 and variance 1. */
        record StandardNormal() implements Initial {}
    }
}
