package io.mlaas.onnx.parity;

import io.mlaas.onnx.runtime.NamedTensors;
import java.util.Map;
import java.util.Optional;

/** The source model, run by something else than ONNX: the other side of the comparison. */
public interface Reference {
    /**
     * The model's outputs for a batch of inputs, under the names that the translation gives them. Those that it leaves out
     * are not compared; it must give one at least.
     */
    NamedTensors run(NamedTensors inputs);

    /**
     * What the model computes on its way, under the names of the graph's tensors: of as many of them as are known. They
     * find the first node that differs when a comparison fails.
     */
    default NamedTensors intermediates(NamedTensors inputs) {
        return new NamedTensors(Map.of());
    }

    /**
     * The outputs as the same engine computes them in 64-bit floats: how far off 32 bits are. Empty where it cannot.
     */
    default Optional<NamedTensors> precisely(NamedTensors inputs) {
        return Optional.empty();
    }

    /** Whether it may be asked by several threads at once. */
    default boolean isConcurrent() {
        return false;
    }

    /** Name and version of what runs it, such as {@code PyTorch 2.7.1}. */
    String engine();
}
