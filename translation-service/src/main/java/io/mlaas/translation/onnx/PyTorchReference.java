package io.mlaas.translation.onnx;

import io.mlaas.neural.engine.PyTorch;
import io.mlaas.neural.engine.TorchScriptRunner;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.TypedTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The source model on the PyTorch engine: the judge of its translation. */
final class PyTorchReference implements Judge {
    private final TorchScriptRunner runner;
    private final OnnxTranslation translation;

    private PyTorchReference(TorchScriptRunner runner, OnnxTranslation translation) {
        this.runner = runner;
        this.translation = translation;
    }

    static PyTorchReference open(Path torchScript, OnnxTranslation translation) throws IOException {
        boolean integers = translation.inputs().getFirst().type().startsWith("int");
        return new PyTorchReference(TorchScriptRunner.load(torchScript, integers), translation);
    }

    @Override
    public NamedTensors run(NamedTensors inputs) {
        TypedTensor x = inputs.first();
        List<TorchScriptRunner.Output> outputs = runner.runAll(x.floats(), x.shape());
        Map<String, TypedTensor> named = new LinkedHashMap<>();
        for (int i = 0; i < translation.outputs().size() && i < outputs.size(); i++) {
            TorchScriptRunner.Output y = outputs.get(i);
            named.put(translation.outputs().get(i).name(), TypedTensor.float32(y.values(), y.shape()));
        }
        return new NamedTensors(named);
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
