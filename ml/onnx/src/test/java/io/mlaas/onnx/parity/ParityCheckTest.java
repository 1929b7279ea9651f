package io.mlaas.onnx.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.mlaas.onnx.Fixtures;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.TimeLimit;
import io.mlaas.onnx.TorchScriptTranslator;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.OnnxModel;
import io.mlaas.onnx.runtime.TypedTensor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ParityCheckTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    private final OnnxTranslation translation =
            new TorchScriptTranslator().translate(Fixtures.bytes("dueling.traced.pt"));

    /** The translated model itself, with its outputs changed: differences of exactly known size. */
    private record Changed(OnnxModel model, UnaryOperator<float[]> change) implements Reference {
        @Override
        public NamedTensors run(NamedTensors x) {
            TypedTensor y = model.run(x).first();
            return NamedTensors.of("y", TypedTensor.float32(change.apply(y.floats()), y.shape()));
        }

        @Override
        public String engine() {
            return "changed";
        }
    }

    private static List<ParityInputs.Input> input(ElementType type, InputDomain domain) {
        return List.of(new ParityInputs.Input("x", type, domain));
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
                .startsWith("{\"format\":2,\"passed\":true,\"source_sha256\":\"" + translation.sourceSha256())
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
                .hasMessageMatching("output y\\[0] for input .+ in a batch of [0-9]+: \\S+ \\(expected: \\S+ ± \\S+\\)")
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
            public NamedTensors run(NamedTensors x) {
                return NamedTensors.of("y", TypedTensor.float32(new float[x.samples()], x.samples()));
            }

            @Override
            public String engine() {
                return "flat";
            }
        };
        ParityCheck check = new ParityCheck(ParityPlan.standard(Optional.empty(), false), CLOCK);
        assertThatThrownBy(() -> check.certify(translation, flat))
                .hasMessageContaining("shape [1, 4] (expected: shape [1]")
                .hasMessageContaining("--static");
    }

    /** Never done with an input, until it is told to stop. */
    private record Endless(boolean isConcurrent, CountDownLatch never) implements Reference {
        @Override
        public NamedTensors run(NamedTensors x) {
            try {
                never.await();
                return x;
            } catch (InterruptedException e) {
                throw new CancellationException("told to stop");
            }
        }

        @Override
        public String engine() {
            return "endless";
        }
    }

    @Test
    void endsWhenTheTimeIsOver() {
        Oversight oversight = new Oversight(TimeLimit.of(Duration.ofMillis(30)), (done, all) -> {});
        ParityCheck check = new ParityCheck(ParityPlan.standard(Optional.empty(), false), CLOCK, oversight);
        Reference endless = new Endless(true, new CountDownLatch(1));
        assertThatThrownBy(() -> check.certify(translation, endless))
                .isInstanceOf(TranslationRefused.class)
                .hasMessageMatching("time limit: not done after 0 s, with 0 of 1,\\d+ inputs compared .+")
                .extracting(e -> ((TranslationRefused) e).reason())
                .isEqualTo(TranslationRefused.Reason.TOO_SLOW);
    }

    @Test
    void tellsHowFarItIs() {
        List<Integer> told = new ArrayList<>();
        Oversight oversight = new Oversight(TimeLimit.NONE, (done, all) -> told.add(all - done));
        try (OnnxModel model = OnnxModel.load(translation.onnx().toArray())) {
            new ParityCheck(ParityPlan.standard(Optional.empty(), false), CLOCK, oversight)
                    .certify(translation, new Changed(model, y -> y));
        }
        assertThat(told).isSortedAccordingTo(Comparator.reverseOrder()).endsWith(0);
    }

    @Test
    void givesTheSameInputsForTheSameSeed() {
        ParityPlan plan = new ParityPlan(7, 20, List.of(1, 3), Optional.of(InputRange.between(0, 1)), 0, 0, false);
        List<ParityInputs.Labelled> first = new ParityInputs(
                        plan, plan.inputs(), input(ElementType.FLOAT32, InputDomain.of(List.of(4))), true)
                .all()
                .toList();
        List<ParityInputs.Labelled> second = new ParityInputs(
                        plan, plan.inputs(), input(ElementType.FLOAT32, InputDomain.of(List.of(4))), true)
                .all()
                .toList();
        assertThat(first).hasSameSizeAs(second);
        for (int i = 0; i < first.size(); i++) {
            assertThat(first.get(i).tensors()).isEqualTo(second.get(i).tensors());
        }
        for (float value : first.getFirst().tensors().first().floats()) {
            assertThat(value).isBetween(0f, 1f);
        }
    }

    @Test
    void staysBelowTheRowsOfAnEmbedding() {
        ParityPlan plan = new ParityPlan(7, 200, List.of(8), Optional.empty(), 0, 0, false);
        List<ParityInputs.Labelled> inputs = new ParityInputs(
                        plan,
                        plan.inputs(),
                        input(ElementType.INT64, InputDomain.of(List.of(9)).withIndexBound(OptionalLong.of(11))),
                        true)
                .all()
                .toList();
        boolean[] seen = new boolean[11];
        for (ParityInputs.Labelled input : inputs) {
            for (float value : input.tensors().first().floats()) {
                seen[(int) value] = true;
            }
        }
        assertThat(seen).containsOnly(true);
    }
}
