package io.mlaas.onnx.parity;

import io.mlaas.onnx.runtime.NamedTensors;

/** The source model, run by something else than ONNX: the other side of the comparison. */
public interface Reference {
    /**
     * The model's outputs for a batch of inputs, under the names that the translation gives them. Those that it leaves out
     * are not compared; it must give one at least.
     */
    NamedTensors run(NamedTensors inputs);

    /** Name and version of what runs it, such as {@code PyTorch 2.7.1}. */
    String engine();
}
