package io.mlaas.neural.network;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** The tensors of a network by name, in the order of {@link Network#parameters()}. */
public record Weights(SequencedMap<String, Tensor> tensors) {

    /**
     * PyTorch's default distributions, drawn with our own generator: the same seed gives the same weights everywhere.
     */
    public static Weights initial(Network network, long seed) {
        SplitMix64 random = new SplitMix64(seed);
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        for (ParameterSpec spec : network.parameters()) {
            float[] values = new float[spec.shape().elements()];
            for (int i = 0; i < values.length; i++) {
                values[i] = switch (spec.initial()) {
                    case ParameterSpec.Initial.Constant(float value) -> value;
                    case ParameterSpec.Initial.Uniform(double bound) -> (float) ((2 * random.nextDouble() - 1) * bound);
                    case ParameterSpec.Initial.StandardNormal() -> (float) random.nextGaussian();
                };
            }
            tensors.put(spec.name(), new Tensor(spec.shape(), values));
        }
        return new Weights(tensors);
    }

    public Tensor get(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(
                    "no tensor named " + name + " (expected: one of " + tensors.keySet() + ")");
        }
        return tensor;
    }

    /** Refuses weights that do not belong to the network. */
    public void requireFor(Network network) {
        for (ParameterSpec spec : network.parameters()) {
            Tensor tensor = get(spec.name());
            if (!tensor.shape().equals(spec.shape())) {
                throw new IllegalArgumentException(
                        spec.name() + ": shape " + tensor.shape() + " (expected: " + spec.shape() + ")");
            }
        }
    }

    /** Number of trained and kept numbers. */
    public long count() {
        return tensors.values().stream().mapToLong(t -> t.values().length).sum();
    }

    public Map<String, Tensor> asMap() {
        return tensors;
    }
}
