package io.mlaas.federated.aggregation;

import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.Tensor;
import io.mlaas.neural.network.TensorShape;
import io.mlaas.neural.network.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** How a network's tensors lie one after another in a flat vector, in the order of {@link Network#parameters()}. */
public record ParameterLayout(List<Entry> entries) {

    /** @param buffer a running statistic: averaged like the rest, but no optimiser moves it */
    public record Entry(String name, TensorShape shape, boolean buffer) {}

    public ParameterLayout {
        entries = List.copyOf(entries);
    }

    public static ParameterLayout of(Network network) {
        return new ParameterLayout(network.parameters().stream()
                .map(spec -> new Entry(spec.name(), spec.shape(), spec.buffer()))
                .toList());
    }

    /** A single vector without names, of {@code size} numbers. */
    public static ParameterLayout flat(int size) {
        return new ParameterLayout(List.of(new Entry("values", TensorShape.of(size), false)));
    }

    /** Numbers of all tensors together. */
    public int size() {
        return Math.toIntExact(
                entries.stream().mapToLong(e -> e.shape().elements()).sum());
    }

    /** The tensor that element {@code index} belongs to, and where in it, such as {@code fc1.weight[17]}. */
    public String at(int index) {
        int from = 0;
        for (Entry entry : entries) {
            int size = entry.shape().elements();
            if (index < from + size) {
                return entry.name() + "[" + (index - from) + "]";
            }
            from += size;
        }
        throw new IndexOutOfBoundsException(index + " (expected: < " + from + ")");
    }

    public float[] flatten(Weights weights) {
        float[] flat = new float[size()];
        int at = 0;
        for (Entry entry : entries) {
            Tensor tensor = weights.get(entry.name());
            if (!tensor.shape().equals(entry.shape())) {
                throw new IllegalArgumentException(
                        entry.name() + ": shape " + tensor.shape() + " (expected: " + entry.shape() + ")");
            }
            System.arraycopy(tensor.values(), 0, flat, at, tensor.values().length);
            at += tensor.values().length;
        }
        return flat;
    }

    public Weights weights(float[] flat) {
        requireSize(flat.length);
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        int at = 0;
        for (Entry entry : entries) {
            float[] values = new float[entry.shape().elements()];
            System.arraycopy(flat, at, values, 0, values.length);
            tensors.put(entry.name(), new Tensor(entry.shape(), values));
            at += values.length;
        }
        return new Weights(tensors);
    }

    void requireSize(int size) {
        if (size != size()) {
            throw new IllegalArgumentException("numbers: " + size + " (expected: " + size() + ")");
        }
    }
}
