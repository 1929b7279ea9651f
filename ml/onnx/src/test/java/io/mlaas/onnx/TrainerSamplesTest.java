package io.mlaas.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mlaas.neural.engine.TorchScriptRunner;
import io.mlaas.onnx.parity.ParityCertificate;
import io.mlaas.onnx.parity.ParityCheck;
import io.mlaas.onnx.parity.ParityFailed;
import io.mlaas.onnx.parity.ParityPlan;
import io.mlaas.onnx.parity.Reference;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.TypedTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the trainer writes, translated and compared with the PyTorch engine. */
class TrainerSamplesTest {
    private static final Path SAMPLES =
            Path.of(System.getProperty("mlaas.home"), "ml", "neural", "src", "test", "resources", "samples");

    /** The PyTorch engine as a reference. */
    private record PyTorchReference(TorchScriptRunner runner) implements Reference {
        @Override
        public NamedTensors run(NamedTensors x) {
            float[] values = runner.run(x.first().floats(), x.first().shape());
            return NamedTensors.of("y", TypedTensor.float32(values, runner.lastOutputShape()));
        }

        @Override
        public String engine() {
            return "PyTorch 2.7.1";
        }
    }

    static List<Path> samples() throws IOException {
        try (Stream<Path> files = Files.list(SAMPLES)) {
            return files.filter(f -> f.toString().endsWith(".pt")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void certifiesEverySample(Path sample) throws IOException {
        OnnxTranslation translation = new TorchScriptTranslator().translate(sample);
        boolean classification = translation.task().equals(Optional.of("classification"));
        ParityPlan plan = ParityPlan.standard(Optional.empty(), classification);
        try (TorchScriptRunner runner = TorchScriptRunner.load(sample)) {
            ParityCertificate certificate =
                    new ParityCheck(plan, Clock.systemUTC()).certify(translation, new PyTorchReference(runner));
            assertThat(certificate.passed()).isTrue();
            assertThat(certificate.maxRelativeError()).isLessThan(1e-5);
            if (classification) {
                assertThat(certificate.labelAgreement()).isEqualTo(1.0);
            }
        }
    }

    /** Mistakes that converters make, injected into a right translation: each must be caught. */
    @Test
    void catchesBrokenTranslations() throws IOException {
        Path sample = SAMPLES.resolve("gru.pt");
        OnnxTranslation right = new TorchScriptTranslator().translate(sample);
        try (TorchScriptRunner runner = TorchScriptRunner.load(sample)) {
            for (String kind : List.of("B", "R", "W")) {
                byte[] swapped = changed(right, "." + kind, RotateGates.BY_ONE);
                assertFails(right, runner, swapped);
            }
            assertFails(right, runner, changed(right, ".B", RotateGates.ZERO));
            assertFails(right, runner, changed(right, ".bias", RotateGates.ZERO));
        }
    }

    private enum RotateGates {
        BY_ONE,
        ZERO
    }

    private static void assertFails(OnnxTranslation right, TorchScriptRunner runner, byte[] broken) {
        ParityCheck check = new ParityCheck(ParityPlan.standard(Optional.empty(), false), Clock.systemUTC());
        assertThatThrownBy(() -> check.certify(right.withOnnx(broken), new PyTorchReference(runner)))
                .isInstanceOf(ParityFailed.class);
    }

    private static byte[] changed(OnnxTranslation right, String suffix, RotateGates how)
            throws InvalidProtocolBufferException {
        ModelProto.Builder model = ModelProto.parseFrom(right.onnx().toArray()).toBuilder();
        int changed = 0;
        for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
            if (tensor.getName().contains(suffix)) {
                ByteString data = tensor.getRawData();
                int third = data.size() / 3;
                tensor.setRawData(
                        how == RotateGates.BY_ONE
                                ? data.substring(third).concat(data.substring(0, third))
                                : ByteString.copyFrom(new byte[data.size()]));
                changed++;
            }
        }
        assertThat(changed).isPositive();
        return model.build().toByteArray();
    }
}
