package io.mlaas.onnx.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.onnx.Fixtures;
import io.mlaas.onnx.runtime.Batch;
import io.mlaas.onnx.runtime.NamedTensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedOutputsTest {
    @TempDir
    Path folder;

    /** As {@code numpy.save} writes an array of 32-bit floats: format 1.0, described in numpy.lib.format. */
    private static byte[] npy(Batch batch, String order) {
        String shape =
                Arrays.toString(batch.shape()).replace("[", "(").replace("]", batch.shape().length == 1 ? ",)" : ")");
        byte[] header = ("{'descr': '<f4', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n")
                .getBytes(StandardCharsets.US_ASCII);
        ByteBuffer out = ByteBuffer.allocate(10 + header.length + 4 * batch.values().length)
                .order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1)
                .put((byte) 0);
        out.putShort((short) header.length).put(header);
        for (float value : batch.values()) {
            out.putFloat(value);
        }
        return out.array();
    }

    private Path npz(String name, byte[] array) throws IOException {
        Path file = folder.resolve("io.npz");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry(name + ".npy"));
            zip.write(array);
        }
        return file;
    }

    @Test
    void readsWhatNumpySaves() throws IOException {
        Batch x = Fixtures.recorded("mlp.traced.pt").x();
        NamedTensors arrays = NpzFile.read(npz("x", npy(x, "False")));
        assertThat(arrays.get("x").floats()).isEqualTo(x.values());
        assertThat(arrays.get("x").shape()).isEqualTo(x.shape());
    }

    @Test
    void readsColumnMajorOrder() throws IOException {
        Batch columns = new Batch(new float[] {1, 4, 2, 5, 3, 6}, 2, 3);
        NamedTensors arrays = NpzFile.read(npz("x", npy(columns, "True")));
        assertThat(arrays.get("x").floats()).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void refusesDamagedArraysAndPythonObjects() throws IOException {
        byte[] right = npy(new Batch(new float[4], 4), "False");
        Path cut = npz("x", Arrays.copyOf(right, right.length - 1));
        assertThatThrownBy(() -> NpzFile.read(cut)).isInstanceOf(IllegalArgumentException.class);
        String objects = new String(right, StandardCharsets.ISO_8859_1).replace("<f4", "|O4");
        Path pickled = npz("x", objects.getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> NpzFile.read(pickled)).hasMessageContaining("elements O4");
        Path text = Files.writeString(folder.resolve("x.npz"), "no zip");
        assertThatThrownBy(() -> NpzFile.read(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
