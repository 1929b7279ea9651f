package io.mlaas.onnx.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.mlaas.onnx.Fixtures;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.TorchScriptTranslator;
import io.mlaas.onnx.runtime.Batch;
import io.mlaas.onnx.runtime.OnnxModel;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ParityCheckTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    private final OnnxTranslation translation =
            new TorchScriptTranslator().translate(Fixtures.bytes("dueling.traced.pt"));

    /** The translated model itself, with its outputs changed: differences of exactly known size. */
    private record Changed(OnnxModel model, UnaryOperator<float[]> change) implements Reference {
        @Override
        public Batch run(Batch x) {
            Batch y = model.run(x);
            return new Batch(change.apply(y.values()), y.shape());
        }

        @Override
        public String engine() {
            return "changed";
        }
    }

    private ParityCertificate certify(boolean classification, UnaryOperator<float[]> change) {
        ParityPlan plan = ParityPlan.standard(Optional.of(InputRange.between(-2, 2)), classification);
        try (OnnxModel model = OnnxModel.load(translation.onnx().toArray())) {
            return new ParityCheck(plan, CLOCK).certify(translation, new Changed(model, change));
        }
    }

    @Test
    void certifiesEqualOutputs() {
        ParityCertificate certificate = certify(true, y -> y);
        assertThat(certificate.passed()).isTrue();
        assertThat(certificate.maxAbsoluteError()).isZero();
        assertThat(certificate.labelAgreement()).isEqualTo(1.0);
        assertThat(certificate.inputs()).isGreaterThanOrEqualTo(1000);
        assertThat(certificate.edgeCases()).contains("zeros", "ones", "large", "lowest", "highest");
        assertThat(certificate.sourceSha256()).isEqualTo(translation.sourceSha256());
        assertThat(certificate.onnxEngine()).isEqualTo("ONNX Runtime 1.29.0");
    }

    @Test
    void writesStableJson() {
        String json = certify(true, y -> y).toJson();
        assertThat(certify(true, y -> y).toJson()).isEqualTo(json);
        assertThat(json)
                .startsWith("{\"format\":1,\"passed\":true,\"source_sha256\":\"" + translation.sourceSha256())
                .contains("\"label_agreement\":1.0")
                .endsWith("\"time\":\"2026-01-02T03:04:05Z\"}");
        assertThat(ParityCertificate.fromJson(json).toJson()).isEqualTo(json);
    }

    @Test
    void leavesLabelsOutWhereThereAreNone() {
        assertThat(certify(false, y -> y).toJson()).doesNotContain("label_agreement");
    }

    @Test
    void failsNamingTheWorstInputBothValuesAndTheTolerance() {
        UnaryOperator<float[]> shift = y -> {
            y[0] += 0.25f;
            return y;
        };
        assertThatThrownBy(() -> certify(false, shift))
                .isInstanceOf(ParityFailed.class)
                .hasMessageMatching("output 0 for input .+ in a batch of [0-9]+: \\S+ \\(expected: \\S+ ± \\S+\\)")
                .asInstanceOf(type(ParityFailed.class))
                .satisfies(e -> {
                    assertThat(e.certificate().passed()).isFalse();
                    assertThat(e.certificate().maxAbsoluteError()).isBetween(0.24, 0.26);
                });
    }

    @Test
    void failsOnANumberThatIsNotANumberOnOneSide() {
        assertThatThrownBy(() -> certify(false, y -> {
                    y[y.length - 1] = Float.NaN;
                    return y;
                }))
                .isInstanceOf(ParityFailed.class)
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> certify(false, y -> {
                    y[0] = Float.POSITIVE_INFINITY;
                    return y;
                }))
                .isInstanceOf(ParityFailed.class)
                .hasMessageContaining("Infinity");
    }

    @Test
    void failsOnAnotherShape() {
        Reference flat = new Reference() {
            @Override
            public Batch run(Batch x) {
                return new Batch(new float[x.samples()], x.samples());
            }

            @Override
            public String engine() {
                return "flat";
            }
        };
        ParityCheck check = new ParityCheck(ParityPlan.standard(Optional.empty(), false), CLOCK);
        assertThatThrownBy(() -> check.certify(translation, flat))
                .hasMessageContaining("shape [32, 4] (expected: shape [32]");
    }

    @Test
    void givesTheSameInputsForTheSameSeed() {
        ParityPlan plan = new ParityPlan(7, 20, List.of(1, 3), Optional.of(InputRange.between(0, 1)), 0, 0, false);
        List<ParityInputs.Labelled> first =
                new ParityInputs(plan, plan.inputs(), List.of(4), false, java.util.OptionalLong.empty()).all();
        List<ParityInputs.Labelled> second =
                new ParityInputs(plan, plan.inputs(), List.of(4), false, java.util.OptionalLong.empty()).all();
        assertThat(first).hasSameSizeAs(second);
        for (int i = 0; i < first.size(); i++) {
            assertThat(first.get(i).batch().values())
                    .isEqualTo(second.get(i).batch().values());
        }
        for (float value : first.getFirst().batch().values()) {
            assertThat(value).isBetween(0f, 1f);
        }
    }

    @Test
    void staysBelowTheRowsOfAnEmbedding() {
        ParityPlan plan = new ParityPlan(7, 200, List.of(8), Optional.empty(), 0, 0, false);
        List<ParityInputs.Labelled> inputs =
                new ParityInputs(plan, plan.inputs(), List.of(9), true, java.util.OptionalLong.of(11)).all();
        boolean[] seen = new boolean[11];
        for (ParityInputs.Labelled input : inputs) {
            for (float value : input.batch().values()) {
                seen[(int) value] = true;
            }
        }
        assertThat(seen).containsOnly(true);
    }
}
