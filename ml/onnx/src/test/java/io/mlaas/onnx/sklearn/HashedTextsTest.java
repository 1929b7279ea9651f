package io.mlaas.onnx.sklearn;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.OnnxModel;
import io.mlaas.onnx.runtime.TypedTensor;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashedTextsTest {
    /** As scikit-learn's {@code murmurhash3_32} answers. */
    @Test
    void hashesAsMurmurHash3Does() {
        assertThat(MurmurHash.of("")).isZero();
        assertThat(MurmurHash.of("hello")).isEqualTo(0x248bfa47);
        assertThat(MurmurHash.of("hello, world")).isEqualTo(0x149bbb7f);
    }

    /** The oldest operators cannot add where they scatter. */
    @ParameterizedTest
    @ValueSource(ints = {15, 16, 26})
    void countsForEachVersionOfTheOperatorsAlsoWhereThereAreNoWords(int opset) throws IOException {
        RecordedModels recorded = RecordedModels.all()
                .filter(r -> r.toString().startsWith("1.9.1-texts_hashed."))
                .findFirst()
                .orElseThrow();
        try (SklearnModel model = (SklearnModel) new SklearnFormat().read(recorded.file(), ReadLimits.DEFAULT);
                OnnxModel onnx = OnnxModel.load(model.translate(TranslationOptions.DEFAULT.withOpset(opset))
                        .onnx()
                        .toArray())) {
            assertThat(recorded.distance(onnx.run(recorded.inputs(model)))).isLessThan(1e-6);
            NamedTensors empty = NamedTensors.of("X", TypedTensor.strings(new String[] {"", " "}, 2, 1));
            assertThat(onnx.run(empty).first().doubles()).hasSize(128).containsOnly(0);
        }
    }
}
