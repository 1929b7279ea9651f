package io.mlaas.training.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.mlaas.api.sharing.ReproductionVerdict.Difference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DifferencesTest {
    @TempDir
    private Path directory;

    @Test
    void namesTheFirstTensorOfATorchScriptArchiveThatDiffers() throws IOException {
        Map<String, byte[]> archive = entries();
        Path registered = zip("registered.pt", archive);
        String last = archive.keySet().stream()
                .filter(name -> name.matches("[^/]+/data/\\d+"))
                .reduce((one, other) -> other)
                .orElseThrow();
        ByteBuffer elements = ByteBuffer.wrap(archive.get(last)).order(ByteOrder.LITTLE_ENDIAN);
        float before = elements.getFloat(0);
        elements.putFloat(0, before + 0.5f);
        Path found = zip("found.pt", archive);

        assertThat(Differences.first(registered, found)).hasValueSatisfying(difference -> {
            assertThat(difference.format()).isEqualTo("torchscript");
            assertThat(difference.tensor()).endsWith("bias");
            assertThat(difference.index()).containsExactly(0L);
            assertThat(difference.expected()).isEqualTo(Float.toString(before));
            assertThat(difference.found()).isEqualTo(Float.toString(before + 0.5f));
            assertThat(difference.differingElements()).isEqualTo(1);
        });
        assertThat(Differences.first(registered, registered)).isEmpty();
    }

    @Test
    void namesTheFileOfAnArchiveWhoseTensorsAreEqual() throws IOException {
        Map<String, byte[]> archive = entries();
        Path registered = zip("registered.pt", archive);
        archive.put("archive/extra/note", "made at 12:00".getBytes(StandardCharsets.UTF_8));
        Path found = zip("found.pt", archive);
        assertThat(Differences.first(registered, found)).hasValueSatisfying(difference -> {
            assertThat(difference.file()).isEqualTo("archive/extra/note");
            assertThat(difference.detail()).isEqualTo("the registered result has no such file");
            assertThat(difference.tensor()).isNull();
        });
    }

    @Test
    void namesTheInitializerOfAnOnnxGraphThatDiffers() throws IOException {
        Path registered = onnx("registered.onnx", 1, 2, 3, 4);
        assertThat(Differences.first(registered, onnx("found.onnx", 1, 2, 3.5f, Float.NaN)))
                .hasValueSatisfying(difference -> {
                    assertThat(difference.format()).isEqualTo("onnx");
                    assertThat(difference.tensor()).isEqualTo("weight");
                    assertThat(difference.shape()).containsExactly(2L, 2L);
                    assertThat(difference.index()).containsExactly(1L, 0L);
                    assertThat(difference.expected()).isEqualTo("3.0");
                    assertThat(difference.found()).isEqualTo("3.5");
                    assertThat(difference.differingElements()).isEqualTo(2);
                    // no distance can be given to what is no number
                    assertThat(difference.largestAbsolute()).isNull();
                });
    }

    @Test
    void namesTheArrayOfAnNpzFileThatDiffers() throws IOException {
        Path registered = zip("registered.npz", Map.of("w.npy", npy(1, 2)));
        assertThat(Differences.first(registered, zip("found.npz", Map.of("w.npy", npy(1, 2.25)))))
                .hasValueSatisfying(difference -> {
                    assertThat(difference.tensor()).isEqualTo("w");
                    assertThat(difference.index()).containsExactly(1L);
                    assertThat(difference.largestAbsolute()).isEqualTo(0.25);
                    assertThat(difference.largestRelative()).isEqualTo(0.125);
                });
    }

    @Test
    void namesTheFirstByteOfWhatHoldsNoTensors() throws IOException {
        Path registered = Files.writeString(directory.resolve("registered"), "tree 1\nleaf 0.25\n");
        Path found = Files.writeString(directory.resolve("found"), "tree 1\nleaf 0.75\n");
        assertThat(Differences.first(registered, found)).hasValueSatisfying(difference -> {
            assertThat(difference.format()).isEqualTo("bytes");
            assertThat(difference.offset()).isEqualTo(14);
            assertThat(difference.expected()).isEqualTo("0x32");
            assertThat(difference.found()).isEqualTo("0x37");
        });
        Path shorter = Files.writeString(directory.resolve("shorter"), "tree 1\n");
        assertThat(Differences.first(registered, shorter))
                .map(Difference::detail)
                .hasValue("one of the two ends here");
    }

    /** Of an archive that PyTorch wrote. */
    private Map<String, byte[]> entries() throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        Path file = directory.resolve("of-pytorch.pt");
        try (InputStream in = Objects.requireNonNull(DifferencesTest.class.getResourceAsStream("gru.pt"))) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        return entries;
    }

    private Path zip(String name, Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            for (Map.Entry<String, byte[]> each : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(each.getKey());
                CRC32 crc = new CRC32();
                crc.update(each.getValue());
                entry.setSize(each.getValue().length);
                entry.setCrc(crc.getValue());
                entry.setTime(0);
                zip.putNextEntry(entry);
                zip.write(each.getValue());
            }
        }
        return Files.write(directory.resolve(name), bytes.toByteArray());
    }

    private Path onnx(String name, float... weight) throws IOException {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName("weight").setDataType(1).addAllDims(List.of(2L, 2L));
        for (float element : weight) {
            tensor.addFloatData(element);
        }
        return Files.write(
                directory.resolve(name),
                ModelProto.newBuilder()
                        .setIrVersion(8)
                        .setGraph(GraphProto.newBuilder().addInitializer(tensor))
                        .build()
                        .toByteArray());
    }

    private static byte[] npy(double... elements) {
        UnaryOperator<String> padded = header -> header + " ".repeat(63 - (10 + header.length()) % 64) + "\n";
        byte[] header = padded.apply("{'descr': '<f8', 'fortran_order': False, 'shape': (" + elements.length + ",), }")
                .getBytes(StandardCharsets.US_ASCII);
        ByteBuffer out = ByteBuffer.allocate(10 + header.length + 8 * elements.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) header.length)
                .put(header);
        for (double element : elements) {
            out.putDouble(element);
        }
        return out.array();
    }
}
