package io.mlaas.onnx.runtime;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Inputs or outputs of a model by their names, in the model's order. */
public record NamedTensors(Map<String, TypedTensor> tensors) {
    public NamedTensors {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    public static NamedTensors of(String name, TypedTensor tensor) {
        return new NamedTensors(Map.of(name, tensor));
    }

    public static NamedTensors of(String first, TypedTensor one, String second, TypedTensor other) {
        Map<String, TypedTensor> both = new LinkedHashMap<>();
        both.put(first, one);
        both.put(second, other);
        return new NamedTensors(both);
    }

    /** @throws IllegalArgumentException when there is none of this name */
    public TypedTensor get(String name) {
        TypedTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("name: " + name + " (expected: one of " + tensors.keySet() + ")");
        }
        return tensor;
    }

    /** The tensor of a model that has one. */
    public TypedTensor first() {
        return tensors.values().iterator().next();
    }

    /** One sample of each of them, as a batch. */
    public NamedTensors sample(int index) {
        Map<String, TypedTensor> one = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> one.put(name, tensor.sample(index)));
        return new NamedTensors(one);
    }

    /** Samples of each of them. */
    public int samples() {
        return tensors.isEmpty() ? 0 : first().samples();
    }

    /** Each sample alone. */
    public List<NamedTensors> alone() {
        return IntStream.range(0, samples()).mapToObj(this::sample).toList();
    }
}
