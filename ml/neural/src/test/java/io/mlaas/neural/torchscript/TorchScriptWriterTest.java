package io.mlaas.neural.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.mlaas.neural.Fixtures;
import io.mlaas.neural.engine.TorchScriptRunner;
import io.mlaas.neural.network.ElementType;
import io.mlaas.neural.network.Layer;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.TensorShape;
import io.mlaas.neural.network.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TorchScriptWriterTest {

    /** Expected outputs: torch.nn in PyTorch 1.13.1 with the archive's weights (make_torch_fixtures.py). */
    @ParameterizedTest
    @ValueSource(strings = {"digits-cnn", "mlp", "conv1d-norm", "gru", "lstm", "embedding", "residual"})
    void givesTheOutputsOfTheSameNetworkBuiltFromTorchNn(String name) throws IOException {
        JsonNode expected = Fixtures.json("torch.json").get("forward").get(name);
        int[] sizes = Fixtures.ints(expected.get("shape"));
        long[] shape = java.util.Arrays.stream(sizes).asLongStream().toArray();
        try (TorchScriptRunner runner = TorchScriptRunner.load(Fixtures.file("samples/" + name + ".pt"))) {
            float[] y = runner.run(Fixtures.floats(expected.get("x")), shape);
            float[] truth = Fixtures.floats(expected.get("y"));
            assertThat(y).hasSameSizeAs(truth);
            for (int i = 0; i < y.length; i++) {
                assertThat(y[i]).isCloseTo(truth[i], offset(2e-6f));
            }
            assertThat(runner.lastOutputShape()).startsWith(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"digits-cnn", "mlp", "conv1d-norm", "gru", "lstm", "embedding", "residual"})
    void writesTheSameBytesAsWhenTheSamplesWereMade(String name) throws IOException {
        byte[] written = WriteSamples.sample(Files.readString(Fixtures.file("samples/" + name + ".json")));
        assertThat(written).isEqualTo(Files.readAllBytes(Fixtures.file("samples/" + name + ".pt")));
    }

    @Test
    void storesEntriesUncompressedAtMultiplesOf64Bytes() throws IOException {
        Path archive = Fixtures.file("samples/digits-cnn.pt");
        byte[] bytes = Files.readAllBytes(archive);
        byte[] weights = null;
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                assertThat(entry.getMethod()).isEqualTo(ZipEntry.STORED);
                byte[] content = zip.readAllBytes();
                if (entry.getName().equals("model/data/0")) {
                    weights = content;
                }
            }
        }
        assertThat(weights).hasSize(16 * 9 * 4);
        int at = indexOf(bytes, weights);
        assertThat(at).isPositive();
        assertThat(at % 64).isZero();
    }

    @Test
    void refusesWeightsOfAnotherNetwork() {
        Network network = Network.of(
                List.of(new Layer.Named("a", new Layer.Dense(2, true))), TensorShape.of(3), ElementType.FLOAT32);
        Network other = Network.of(
                List.of(new Layer.Named("a", new Layer.Dense(2, true))), TensorShape.of(4), ElementType.FLOAT32);
        assertThatThrownBy(() -> TorchScriptWriter.bytes(network, Weights.initial(other, 1), "{}"))
                .hasMessage("a.weight: shape [2, 4] (expected: [2, 3])");
    }

    private static int indexOf(byte[] where, byte[] what) {
        for (int i = 0; i <= where.length - what.length; i++) {
            if (java.util.Arrays.equals(where, i, i + what.length, what, 0, what.length)) {
                return i;
            }
        }
        return -1;
    }
}
