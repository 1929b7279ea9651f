package io.mlaas.translation.onnx;

import io.mlaas.neural.engine.TorchScriptRunner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** What a user records in the source framework, as {@code numpy.savez} writes it. */
final class Recorded {
    static final String BOUNDARY = "mlaas-recorded";
    private static final int SAMPLES = 5;
    private static final int FEATURES = 6;

    private Recorded() {}

    /** @param error added to each output */
    static byte[] inputsAndOutputs(Path torchScript, float error) throws IOException {
        Random random = new Random(7);
        float[] inputs = new float[SAMPLES * FEATURES];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = (float) random.nextGaussian();
        }
        float[] outputs;
        try (TorchScriptRunner runner = TorchScriptRunner.load(torchScript)) {
            outputs = runner.run(inputs, SAMPLES, FEATURES);
        }
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] += error;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            add(zip, "inputs.npy", npy(SAMPLES, FEATURES, inputs));
            add(zip, "outputs.npy", npy(SAMPLES, outputs.length / SAMPLES, outputs));
        }
        return bytes.toByteArray();
    }

    static byte[] zipped(String name, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            add(zip, name, content);
        }
        return bytes.toByteArray();
    }

    static byte[] npy(int rows, int columns, float... values) {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }".formatted(rows, columns);
        header = header + " ".repeat(64 - (header.length() + 11) % 64) + "\n";
        float[] all = values.length == 0 ? new float[rows * columns] : values;
        ByteBuffer npy =
                ByteBuffer.allocate(10 + header.length() + 4 * all.length).order(ByteOrder.LITTLE_ENDIAN);
        npy.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1)
                .put((byte) 0);
        npy.putShort((short) header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
        for (float value : all) {
            npy.putFloat(value);
        }
        return npy.array();
    }

    /** A form with one file. */
    static byte[] form(String part, String fileName, byte[] content) throws IOException {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        form.write("--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n\r\n"
                .formatted(BOUNDARY, part, fileName)
                .getBytes(StandardCharsets.US_ASCII));
        form.write(content);
        form.write("\r\n--%s--\r\n".formatted(BOUNDARY).getBytes(StandardCharsets.US_ASCII));
        return form.toByteArray();
    }

    private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }
}
