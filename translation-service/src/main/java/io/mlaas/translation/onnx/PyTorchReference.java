package io.mlaas.translation.onnx;

import io.mlaas.neural.engine.PyTorch;
import io.mlaas.neural.engine.TorchScriptRunner;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.TypedTensor;
import java.io.IOException;
import java.nio.file.Path;

/** The source model on the PyTorch engine: the judge of its translation. */
final class PyTorchReference implements Judge {
    private final TorchScriptRunner runner;

    private PyTorchReference(TorchScriptRunner runner) {
        this.runner = runner;
    }

    static Judge open(Path torchScript) throws IOException {
        return new PyTorchReference(TorchScriptRunner.load(torchScript));
    }

    @Override
    public NamedTensors run(NamedTensors inputs) {
        TypedTensor x = inputs.first();
        float[] y = runner.run(x.floats(), x.shape());
        return NamedTensors.of("y", TypedTensor.float32(y, runner.lastOutputShape()));
    }

    @Override
    public String engine() {
        return "PyTorch " + PyTorch.versions().get("libtorch");
    }

    @Override
    public void close() {
        runner.close();
    }
}
