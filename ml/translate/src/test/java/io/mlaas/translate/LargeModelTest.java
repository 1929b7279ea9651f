package io.mlaas.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a model weighs is mapped, never copied to the heap: the heap here is less than half of the model. */
class LargeModelTest {
    private static final int ROWS = 1 << 19;
    private static final int WIDTH = 32;
    private static final int HEAP_MEGABYTES = 24;

    private static final String CODE = """
            class Lookup(Module):
              __parameters__ = ["weight", ]
              __buffers__ = []
              weight : Tensor
              training : bool
              def forward(self: __torch__.Lookup,
                x: Tensor) -> Tensor:
                weight = self.weight
                return torch.mean(torch.embedding(weight, x), [1])
            """;
    private static final String CARD = """
            {"input": {"shape": [4], "type": "int64"}}
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @Test
    void needsAHeapFarSmallerThanTheModel() throws IOException, InterruptedException {
        Path model = folder.resolve("lookup.pt");
        write(model);
        assertThat(Files.size(model)).isGreaterThan(2L * HEAP_MEGABYTES << 20);
        Path onnx = folder.resolve("lookup.onnx");
        Path log = folder.resolve("log");
        Process translation = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + HEAP_MEGABYTES + "m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Translate.class.getName(),
                        model.toString(),
                        "-o",
                        onnx.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(translation.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(translation.exitValue()).as(Files.readString(log)).isZero();
        assertThat(Files.size(onnx)).isGreaterThan(4L * ROWS * WIDTH);
    }

    private static void write(Path file) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.setMethod(ZipOutputStream.STORED);
            add(zip, "data.pkl", List.of(module()));
            add(zip, "code/__torch__.py", List.of(CODE.getBytes(StandardCharsets.UTF_8)));
            add(zip, "constants.pkl", List.of(new byte[] {(byte) 0x80, 2, ')', '.'}));
            add(zip, "extra/mlaas.json", List.of(CARD.getBytes(StandardCharsets.UTF_8)));
            add(zip, "version", List.of("3\n".getBytes(StandardCharsets.UTF_8)));
            add(zip, "data/0", java.util.Collections.nCopies(ROWS / 1024, numbers()));
        }
    }

    private static byte[] numbers() {
        Random random = new Random(1);
        ByteBuffer numbers = ByteBuffer.allocate(4 * 1024 * WIDTH).order(ByteOrder.LITTLE_ENDIAN);
        while (numbers.hasRemaining()) {
            numbers.putFloat(random.nextFloat());
        }
        return numbers.array();
    }

    private static void add(ZipOutputStream zip, String name, List<byte[]> pieces) throws IOException {
        ZipEntry entry = new ZipEntry("lookup/" + name);
        CRC32 crc = new CRC32();
        pieces.forEach(crc::update);
        entry.setSize(pieces.stream().mapToLong(p -> p.length).sum());
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        for (byte[] piece : pieces) {
            zip.write(piece);
        }
    }

    /** A pickle of protocol 2: the module with its one tensor. */
    private static byte[] module() throws IOException {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.write(new byte[] {(byte) 0x80, 2});
        ascii(pickle, "c__torch__\nLookup\n)");
        pickle.write(0x81);
        ascii(pickle, "}(");
        text(pickle, "weight");
        ascii(pickle, "ctorch._utils\n_rebuild_tensor_v2\n((");
        text(pickle, "storage");
        ascii(pickle, "ctorch\nFloatStorage\n");
        text(pickle, "0");
        text(pickle, "cpu");
        number(pickle, ROWS * WIDTH);
        ascii(pickle, "tQ");
        number(pickle, 0);
        ascii(pickle, "(");
        number(pickle, ROWS);
        number(pickle, WIDTH);
        ascii(pickle, "t(");
        number(pickle, WIDTH);
        number(pickle, 1);
        ascii(pickle, "t");
        pickle.write(0x89);
        ascii(pickle, "ccollections\nOrderedDict\n)RtR");
        text(pickle, "training");
        pickle.write(0x89);
        ascii(pickle, "ub.");
        return pickle.toByteArray();
    }

    private static void ascii(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void text(OutputStream out, String text) throws IOException {
        out.write('X');
        little(out, text.length());
        ascii(out, text);
    }

    private static void number(OutputStream out, int value) throws IOException {
        out.write('J');
        little(out, value);
    }

    private static void little(OutputStream out, int value) throws IOException {
        new DataOutputStream(out).writeInt(Integer.reverseBytes(value));
    }
}
