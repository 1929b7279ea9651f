package io.mlaas.onnx.parity;

import io.mlaas.onnx.runtime.Batch;

/** The source model, run by something else than ONNX: the other side of the comparison. */
public interface Reference {
    /** The model's output for a batch of inputs. */
    Batch run(Batch x);

    /** Name and version of what runs it, such as {@code PyTorch 2.7.1}. */
    String engine();
}
