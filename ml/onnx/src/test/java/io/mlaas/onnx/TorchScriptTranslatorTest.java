package io.mlaas.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.onnx.Fixtures.Recorded;
import io.mlaas.onnx.runtime.Batch;
import io.mlaas.onnx.runtime.OnnxModel;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Expected numbers: PyTorch 1.13's own outputs, recorded by make_fixtures.py. */
class TorchScriptTranslatorTest {
    private final TorchScriptTranslator translator = new TorchScriptTranslator();

    @ParameterizedTest
    @MethodSource("io.mlaas.onnx.Fixtures#networks")
    void computesWhatPyTorchComputed(String network) {
        OnnxTranslation translation = translator.translate(Fixtures.bytes(network));
        Recorded recorded = Fixtures.recorded(network);
        try (OnnxModel model = OnnxModel.load(translation.onnx().toArray())) {
            List<Batch> outputs = model.runAll(recorded.x());
            assertThat(outputs).hasSameSizeAs(recorded.outputs());
            for (int i = 0; i < outputs.size(); i++) {
                assertThat(outputs.get(i).shape())
                        .isEqualTo(recorded.outputs().get(i).shape());
                assertClose(outputs.get(i).values(), recorded.outputs().get(i).values());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.mlaas.onnx.Fixtures#networks")
    void acceptsAnyBatchSize(String network) {
        OnnxTranslation translation = translator.translate(Fixtures.bytes(network));
        Recorded recorded = Fixtures.recorded(network);
        Batch x = recorded.x();
        int samples = x.samples();
        try (OnnxModel model = OnnxModel.load(translation.onnx().toArray())) {
            for (int sample = 0; sample < samples; sample++) {
                long[] shape = x.shape().clone();
                shape[0] = 1;
                float[] one = Arrays.copyOfRange(x.values(), sample * x.width(), (sample + 1) * x.width());
                Batch y = model.run(new Batch(one, shape));
                Batch expected = recorded.outputs().getFirst();
                int width = expected.width();
                assertClose(y.values(), Arrays.copyOfRange(expected.values(), sample * width, (sample + 1) * width));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.mlaas.onnx.Fixtures#networks")
    void givesTheSameBytesAgain(String network) {
        byte[] first = translator.translate(Fixtures.bytes(network)).onnx().toArray();
        assertThat(new TorchScriptTranslator()
                        .translate(Fixtures.bytes(network))
                        .onnx()
                        .toArray())
                .isEqualTo(first);
    }

    private static void assertClose(float[] found, float[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i])
                    .as("output %d", i)
                    .isCloseTo(expected[i], within(1e-5f * Math.max(1, Math.abs(expected[i]))));
        }
    }
}
