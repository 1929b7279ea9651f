package io.mlaas.onnx.trees;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.OnnxTranslator;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.OnnxModel;
import io.mlaas.onnx.runtime.TypedTensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against the predictions of XGBoost 3.2.0 and LightGBM 4.7.0. */
class BoostedTreesTest {
    static Stream<String> models() {
        return Stream.concat(TreeFixtures.models("xgb_"), TreeFixtures.models("lgb_"));
    }

    @ParameterizedTest
    @MethodSource("models")
    void predictsWhatTheLibraryPredicts(String file) throws IOException {
        TreeFixtures.Recorded recorded = TreeFixtures.recorded(file);
        try (SourceModel source = new OnnxTranslator().open(TreeFixtures.path(file))) {
            assertThat(source.unsupported()).isEmpty();
            // the evaluator first: it has 64 bits, the library 64 (LightGBM) or 32 (XGBoost)
            NamedTensors evaluated = source.reference().orElseThrow().run(NamedTensors.of("X", recorded.x()));
            double tolerance = file.startsWith("lgb_") ? 1e-12 : 3e-6;
            compare(evaluated, recorded.outputs(), tolerance);
            try (OnnxModel model = load(source, TranslationOptions.DEFAULT)) {
                compare(model.run(NamedTensors.of("X", recorded.x())), recorded.outputs(), 2e-6);
                for (NamedTensors boundary : source.boundaryInputs()) {
                    compare(
                            model.run(boundary),
                            source.reference().orElseThrow().run(boundary),
                            1e-6);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void keepsSixtyFourBitsWhereAsked(String file) throws IOException {
        TreeFixtures.Recorded recorded = TreeFixtures.recorded(file);
        try (SourceModel source = new OnnxTranslator().open(TreeFixtures.path(file));
                OnnxModel model = load(source, TranslationOptions.DEFAULT.withFloat64(true))) {
            NamedTensors x = NamedTensors.of("X", recorded.x().as(ElementType.FLOAT64));
            compare(model.run(x), source.reference().orElseThrow().run(x), 1e-12);
        }
    }

    private static OnnxModel load(SourceModel source, TranslationOptions options) {
        OnnxTranslation translation = source.translate(options);
        assertThat(source.translate(options).onnx()).isEqualTo(translation.onnx());
        return OnnxModel.load(translation.onnx().toArray());
    }

    /** Errors are relative to the larger of 1 and the largest expected number of its row. */
    private static void compare(NamedTensors found, NamedTensors expected, double tolerance) {
        assertThat(found.tensors().keySet()).isEqualTo(expected.tensors().keySet());
        expected.tensors().forEach((name, wanted) -> {
            TypedTensor tensor = found.get(name);
            assertThat(tensor.shape()).isEqualTo(wanted.shape());
            for (int i = 0; i < wanted.size(); i++) {
                double scale = Math.max(1, Math.abs(wanted.number(i)));
                if (!(Math.abs(tensor.number(i) - wanted.number(i)) <= tolerance * scale)) {
                    throw new AssertionError(name + Arrays.toString(wanted.shape()) + "[" + i + "]: " + tensor.number(i)
                            + " (expected: " + wanted.number(i) + ")");
                }
            }
        });
    }
}
