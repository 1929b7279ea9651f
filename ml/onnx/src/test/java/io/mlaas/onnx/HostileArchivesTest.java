package io.mlaas.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mlaas.onnx.TranslationRefused.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files made to harm, in every format that is an archive or a pickle: a clear refusal, nothing written. */
class HostileArchivesTest {
    private static final String MLP = "torchscript/mlp.traced.pt";
    private static final String EXPORTED = "torch/dqn-2.13.exported.pt2";
    private static final String KERAS = "keras/mlp.keras";
    private static final String SAVED = "tensorflow/mlp.zip";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final OnnxTranslator translator = new OnnxTranslator();

    private static Path fixture(String name) {
        try {
            return Path.of(HostileArchivesTest.class.getResource("/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, byte[]> entries(String name) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(Files.readAllBytes(fixture(name))))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), in.readAllBytes());
            }
        }
        return entries;
    }

    private Path file(String like, byte[] content) throws IOException {
        return Files.write(folder.resolve(fixture(like).getFileName().toString()), content);
    }

    private TranslationRefused refusal(Path file) {
        return Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> catchThrowableOfType(
                        TranslationRefused.class, () -> translator.translate(file, TranslationOptions.DEFAULT)));
    }

    @ParameterizedTest
    @ValueSource(strings = {MLP, EXPORTED, KERAS, SAVED, "sklearn/1.2.1-ridge.pkl", "sklearn/1.2.1-ard.joblib"})
    void refusesAFileThatEndsEarly(String name) throws IOException {
        byte[] whole = Files.readAllBytes(fixture(name));
        for (int length : new int[] {whole.length / 3, whole.length / 2}) {
            TranslationRefused refused = refusal(file(name, java.util.Arrays.copyOf(whole, length)));
            assertThat(refused).as("%s, %d bytes", name, length).isNotNull().hasMessageMatching("(?s).+");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {MLP, EXPORTED, KERAS, SAVED})
    void refusesABomb(String name) throws IOException {
        Map<String, byte[]> entries = entries(name);
        String top = entries.keySet().iterator().next().replaceAll("/.*", "");
        entries.put(top + "/data/bomb", new byte[64 << 20]);
        byte[] bomb = HostileFiles.zip(entries);
        assertThat(bomb).hasSizeLessThan(300_000);
        assertThat(refusal(file(name, bomb)).reason()).isIn(Reason.TOO_LARGE, Reason.NOT_A_MODEL);
    }

    @ParameterizedTest
    @ValueSource(strings = {MLP, EXPORTED, KERAS, SAVED})
    void writesNothingWhereAnEntryPointsOutside(String name) throws IOException {
        Map<String, byte[]> entries = entries(name);
        String absolute = folder.toAbsolutePath().resolve("outside").toString();
        for (String trick : List.of("../outside", absolute, "a/../../outside", "C:\\outside")) {
            entries.put(trick, "written".getBytes(StandardCharsets.UTF_8));
        }
        Path inner = Files.createDirectories(folder.resolve("inner"));
        Path file = Files.write(inner.resolve(fixture(name).getFileName().toString()), HostileFiles.zip(entries));
        refusal(file);
        try (Stream<Path> all = Files.walk(folder)) {
            assertThat(all.filter(Files::isRegularFile)).containsExactly(file);
        }
    }

    /** Five gigabytes without a block on the disk, with a directory that says so in 64 bits. */
    @Test
    void refusesAnArchiveOfGigabytesByItsDirectory() throws IOException {
        Path large = folder.resolve("large.pt");
        long size = 5L << 30;
        byte[] name = "large/data.pkl".getBytes(StandardCharsets.US_ASCII);
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.write(little(30 + name.length)
                    .putInt(0x04034b50)
                    .put(26, (byte) name.length)
                    .put(30, name)
                    .array());
            long directory = 30 + name.length + size;
            file.seek(directory);
            ByteBuffer entry = little(46 + name.length + 20).putInt(0x02014b50);
            entry.putInt(20, -1)
                    .putInt(24, -1)
                    .put(28, (byte) name.length)
                    .put(30, (byte) 20)
                    .put(46, name);
            entry.position(46 + name.length);
            entry.putShort((short) 1).putShort((short) 16).putLong(size).putLong(size);
            file.write(entry.array());
            long wide = directory + entry.capacity();
            ByteBuffer end = little(56).putInt(0x06064b50);
            end.putLong(24, 1).putLong(32, 1).putLong(40, entry.capacity()).putLong(48, directory);
            file.write(end.array());
            file.write(little(20).putInt(0x07064b50).putLong(8, wide).array());
            file.write(little(22)
                    .putInt(0x06054b50)
                    .putShort(10, (short) -1)
                    .putInt(12, -1)
                    .putInt(16, -1)
                    .array());
        }
        TranslationRefused refused = refusal(large);
        assertThat(refused.reason()).isEqualTo(Reason.TOO_LARGE);
        assertThat(refused).hasMessageContaining("unpacked size: more than");
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void refusesWeightsThatAreNoNumbers() throws IOException {
        Map<String, byte[]> entries = entries(MLP);
        entries.replaceAll((name, bytes) -> {
            if (name.endsWith("/data/0")) {
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(4, Float.NaN);
            }
            return bytes;
        });
        assertThatThrownBy(() -> translator.translate(file(MLP, HostileFiles.zip(entries)), TranslationOptions.DEFAULT))
                .isInstanceOfSatisfying(
                        TranslationRefused.class, e -> assertThat(e.reason()).isEqualTo(Reason.DAMAGED))
                .hasMessageContaining("hold NaN");
    }

    @Test
    void refusesAListThatHoldsItself() throws IOException {
        Map<String, byte[]> entries = entries("torchscript/data-dependent.pt");
        byte[] cyclic = ("\u0080\u0002c__torch__\nDataDependent\n)\u0081}(X\u0004\0\0\0loop]q\0h\0a"
                        + "X\u0008\0\0\0training\u0089ub.")
                .getBytes(StandardCharsets.ISO_8859_1);
        String code = "class DataDependent(Module):\n  loop : List[Tensor]\n  training : bool\n"
                + "  def forward(self: __torch__.DataDependent,\n    x: Tensor) -> Tensor:\n"
                + "    loop = self.loop\n    return torch.cat(loop, 0)\n";
        entries.replaceAll((name, bytes) -> name.endsWith("/data.pkl")
                ? cyclic
                : name.endsWith("__torch__.py") ? code.getBytes(StandardCharsets.UTF_8) : bytes);
        TranslationRefused refused = refusal(file("torchscript/data-dependent.pt", HostileFiles.zip(entries)));
        assertThat(refused.reason()).isEqualTo(Reason.TOO_LARGE);
        assertThat(refused).hasMessageContaining("nesting deeper");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "4000000000", "99999999999999999999", "1.5", "\"time\"", "[3]"})
    void refusesAnAbsurdShape(String size) throws IOException {
        Map<String, byte[]> entries = entries(MLP);
        String card = "{\"input\": {\"shape\": [" + size + "], \"type\": \"float32\"}}";
        entries.replaceAll(
                (name, bytes) -> name.endsWith("mlaas.json") ? card.getBytes(StandardCharsets.UTF_8) : bytes);
        assertThat(refusal(file(MLP, HostileFiles.zip(entries))).reason()).isEqualTo(Reason.UNKNOWN_INPUT);
    }
}
