package io.mlaas.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.runtime.Batch;
import io.mlaas.onnx.runtime.OnnxModel;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpsetTest {
    /** Every network, with what PyTorch recorded, at the ends and where operators changed. */
    @ParameterizedTest
    @ValueSource(ints = {OnnxGraph.OLDEST_OPSET, 18, 20, OnnxGraph.NEWEST_OPSET})
    void writesEveryNetworkForEachVersion(int opset) {
        Fixtures.networks().filter(n -> n.endsWith(".traced.pt")).forEach(network -> {
            OnnxTranslation translation = translate(network, opset);
            assertThat(translation.opset()).isEqualTo(opset);
            Batch x = Fixtures.recorded(network).x();
            float[] expected = Fixtures.recorded(network).outputs().getFirst().values();
            try (OnnxModel model = OnnxModel.load(translation.onnx().toArray())) {
                float[] found = model.run(x).values();
                for (int i = 0; i < expected.length; i++) {
                    assertThat(found[i])
                            .as(network)
                            .isCloseTo(expected[i], within(1e-5f * Math.max(1, Math.abs(expected[i]))));
                }
            }
        });
    }

    private static OnnxTranslation translate(String network, int opset) {
        Integer[] shape = Arrays.stream(Fixtures.recorded(network).x().shape())
                .skip(1)
                .mapToObj(s -> (int) s)
                .toArray(Integer[]::new);
        ElementType type = network.startsWith("embedding") ? ElementType.INT64 : ElementType.FLOAT32;
        TranslationOptions options = TranslationOptions.DEFAULT
                .withInputShape(shape)
                .withInputType(type)
                .withOpset(opset);
        return new TorchScriptTranslator(ReadLimits.DEFAULT, options).translate(Fixtures.bytes(network));
    }

    @Test
    void fixesEverySizeWhereThatIsWished() {
        TranslationOptions options =
                TranslationOptions.DEFAULT.withInputShape(6).withDynamicBatch(false);
        OnnxTranslation translation =
                new TorchScriptTranslator(ReadLimits.DEFAULT, options).translate(Fixtures.bytes("vae.traced.pt"));
        assertThat(translation.inputs().getFirst().shape()).containsExactly("1", "6");
        assertThat(translation.hasDynamicBatch()).isFalse();
    }

    @Test
    void refusesAVersionThatIsNotWritten() {
        assertThatThrownBy(() -> TranslationOptions.DEFAULT.withOpset(14))
                .hasMessageContaining("opset: 14 (expected: 15 to ");
    }
}
