package io.mlaas.onnx.sklearn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.onnx.CertifiedTranslation;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.parity.ParityCertificate;
import io.mlaas.onnx.parity.ParityCheck;
import io.mlaas.onnx.parity.ParityFailed;
import io.mlaas.onnx.parity.ParityPlan;
import io.mlaas.onnx.runtime.NamedTensors;
import java.io.IOException;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreesBehindScalersTest {
    private static SklearnModel model(String name) throws IOException {
        try (var files = java.nio.file.Files.list(RecordedModels.folder())) {
            var file = files.filter(f -> f.getFileName().toString().startsWith("1.9.1-trees_" + name + "."))
                    .findFirst()
                    .orElseThrow();
            return (SklearnModel) new SklearnFormat().read(file, ReadLimits.DEFAULT);
        }
    }

    private static ParityCertificate compared(SklearnModel model, OnnxTranslation translation) {
        ParityPlan plan = new ParityPlan(3L, 1, List.of(1), Optional.empty(), 1e-5, 1e-4, false);
        return new ParityCheck(plan, Clock.systemUTC())
                .certify(
                        translation,
                        model.reference().orElseThrow(),
                        new ParityCheck.Extras(model.boundaryInputs(), Optional.empty(), Optional.empty()));
    }

    /** A scaler in 32 bits moves rows across thresholds; in 64 bits, as scikit-learn calculates, it does not. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "scaled_tree",
                "scaled_forest",
                "scaled_hist",
                "robust_boosted",
                "power_forest",
                "mixed_forest",
                "voting_trees"
            })
    void flipsNextToThresholdsWithoutTheRepairAndNotWithIt(String name) throws IOException {
        try (SklearnModel model = model(name)) {
            assertThat(model.calculatesBeforeTrees()).isTrue();
            assertThatThrownBy(() -> compared(model, model.emit(TranslationOptions.DEFAULT, false)))
                    .isInstanceOf(ParityFailed.class)
                    .hasMessageContaining("boundary");
            OnnxTranslation repaired = model.translate(TranslationOptions.DEFAULT);
            assertThat(compared(model, repaired).passed()).isTrue();
            assertThat(repaired.warnings()).anyMatch(w -> w.contains("calculated in 64 bits"));
            assertThat(repaired.inputs()).noneMatch(i -> i.type().equals("float64"));
            assertThat(repaired.outputs()).noneMatch(o -> o.type().equals("float64"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"scaled_forest", "scaled_hist"})
    void tellsHowManyRowsOf64BitsFlipAndNoneWhereTheTranslationTakes64Bits(String name) throws IOException {
        try (SklearnModel model = model(name)) {
            ParityCertificate single = CertifiedTranslation.of(
                            model, Optional.empty(), CertifiedTranslation.Wishes.PLAIN, Clock.systemUTC())
                    .certificate();
            assertThat(single.rounding()).isNotNull();
            assertThat(single.rounding().flipped())
                    .isBetween(1, single.rounding().inputs());
            CertifiedTranslation.Wishes wide = new CertifiedTranslation.Wishes(
                    TranslationOptions.DEFAULT.withFloat64(true), false, Optional.empty(), Optional.empty());
            ParityCertificate all = CertifiedTranslation.of(model, Optional.empty(), wide, Clock.systemUTC())
                    .certificate();
            assertThat(all.rounding().flipped()).isZero();
            assertThat(ParityCertificate.fromJson(single.toJson())).isEqualTo(single);
        }
    }

    @Test
    void comparesAtThresholdsWithAFixedBatchToo() throws IOException {
        try (SklearnModel model = model("grid_forest")) {
            OnnxTranslation translation = model.translate(TranslationOptions.DEFAULT.withDynamicBatch(false));
            assertThat(compared(model, translation).boundaryInputs()).isGreaterThan(50);
        }
    }

    /** Thresholds behind a scaler and an encoder are found in the columns that go into them. */
    @Test
    void findsThresholdsInTheColumnsOfTheInput() throws IOException {
        try (SklearnModel model = model("mixed_forest")) {
            NamedTensors rows = model.boundaryInputs().getLast();
            assertThat(rows.tensors()).containsOnlyKeys("x0", "x1", "x2", "x3");
            assertThat(rows.get("x1").doubles())
                    .satisfies(all -> assertThat(Arrays.stream(all).filter(v -> v > 50 && v < 150))
                            .hasSizeGreaterThan(10));
            assertThat(rows.get("x2").texts()).contains("a", "b", "cé");
            assertThat(rows.get("x3").texts()).contains("x", "y");
        }
    }
}
