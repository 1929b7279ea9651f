package io.mlaas.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.mlaas.onnx.SourceDigest;
import io.mlaas.onnx.TranslationRefused;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxBytesTest {
    private static final int ELEMENTS = 1 << 19;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private static OnnxBytes written(OnnxGraph graph, Tensor sum) {
        return OnnxFile.write(graph, "sum", Map.of("y", sum), new TreeMap<>(Map.of("key", "value")));
    }

    private static Tensor add(OnnxGraph graph, Tensor... addends) {
        Tensor sum = addends[0];
        for (int i = 1; i < addends.length; i++) {
            sum = graph.node("Add", sum.type(), sum.shape(), java.util.List.of(sum, addends[i]));
        }
        return sum;
    }

    @Test
    void areThoseThatProtobufWrites() throws IOException {
        ByteBuffer numbers = ByteBuffer.allocate(4 * ELEMENTS).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < ELEMENTS; i++) {
            numbers.putFloat(i);
        }
        OnnxGraph graph = new OnnxGraph();
        Tensor x = graph.input("x", ElementType.FLOAT32, Shape.of(ELEMENTS));
        Tensor w = graph.initializer("w", ElementType.FLOAT32, Shape.of(ELEMENTS), numbers.flip());
        OnnxBytes onnx = written(graph, add(graph, x, w, graph.scalar(ElementType.FLOAT32, 1)));

        byte[] bytes = onnx.toArray();
        assertThat(bytes).isEqualTo(ModelProto.parseFrom(bytes).toByteArray()).hasSize(onnx.size());
        assertThat(onnx.model().getSerializedSize()).isLessThan(1000);
        assertThat(onnx.sha256()).isEqualTo(SourceDigest.of(bytes));
        Path file = folder.resolve("sum.onnx");
        onnx.writeTo(file);
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    /** The two gigabytes are a file without blocks, mapped and never read. */
    @Test
    void refusesWhatProtobufCannotHold() throws IOException {
        long gigabyte = 1L << 30;
        Path sparse = folder.resolve("weights");
        try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
            file.setLength(gigabyte);
            ByteBuffer weights = file.getChannel().map(MapMode.READ_ONLY, 0, gigabyte);
            OnnxGraph graph = new OnnxGraph();
            Shape shape = Shape.of(gigabyte / 4);
            Tensor a = graph.initializer("a", ElementType.FLOAT32, shape, weights);
            Tensor b = graph.initializer("b", ElementType.FLOAT32, shape, weights);
            Tensor x = graph.input("x", ElementType.FLOAT32, shape);
            Tensor sum = add(graph, x, a, b);
            assertThatThrownBy(() -> written(graph, sum))
                    .isInstanceOf(TranslationRefused.class)
                    .hasMessageContaining(
                            "weights: 2147483648 bytes (expected: <= 2130706431, the limit of an ONNX file)");
        }
    }
}
