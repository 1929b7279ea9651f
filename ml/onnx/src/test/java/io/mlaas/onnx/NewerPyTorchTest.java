package io.mlaas.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import io.mlaas.neural.engine.PyTorch;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.runtime.Batch;
import io.mlaas.onnx.runtime.OnnxModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fixtures again, as PyTorch 2.7.1 writes them when it has loaded them: other archive, other spelling of the code. */
class NewerPyTorchTest {
    @ParameterizedTest
    @MethodSource("io.mlaas.onnx.Fixtures#networks")
    void translatesWhatANewerPyTorchSaves(String network) throws IOException {
        Batch x = Fixtures.recorded(network).x();
        Integer[] shape =
                Arrays.stream(x.shape()).skip(1).mapToObj(s -> (int) s).toArray(Integer[]::new);
        ElementType type = network.startsWith("embedding") ? ElementType.INT64 : ElementType.FLOAT32;
        TranslationOptions options =
                TranslationOptions.DEFAULT.withInputShape(shape).withInputType(type);
        TorchScriptTranslator translator = new TorchScriptTranslator(ReadLimits.DEFAULT, options);
        OnnxTranslation translation = translator.translate(savedAgain(Fixtures.bytes(network)));
        float[] expected = Fixtures.recorded(network).outputs().getFirst().values();
        try (OnnxModel model = OnnxModel.load(translation.onnx().toArray())) {
            float[] found = model.run(x).values();
            for (int i = 0; i < expected.length; i++) {
                assertThat(found[i]).isCloseTo(expected[i], within(1e-5f * Math.max(1, Math.abs(expected[i]))));
            }
        }
    }

    private static byte[] savedAgain(byte[] archive) throws IOException {
        try (NDManager manager = PyTorch.engineForThisThread().newBaseManager();
                PtSymbolBlock block =
                        JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(archive), false, false)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            JniUtils.writeModule(block, out, false);
            return out.toByteArray();
        }
    }
}
