package io.mlaas.neural.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.mlaas.neural.Fixtures;
import io.mlaas.neural.data.DatasetReader.Task;
import io.mlaas.neural.network.TensorShape;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class DatasetReaderTest {
    @TempDir
    Path directory;

    private static DataMapping mapping(String json) {
        return DataMapping.parse(JsonMapper.builder().build().readTree(json.replace('\'', '"')));
    }

    private Samples csv(String text, String mapping, Task task) throws IOException {
        Path file = directory.resolve("data.csv");
        Files.writeString(file, text);
        return DatasetReader.read(file, mapping(mapping), task);
    }

    @Test
    void aColumnSaysWhoseARowIsAndIsNoFeature() throws IOException {
        Path file = directory.resolve("pumps.csv");
        Files.writeString(file, "heat,pump,label\n1,b7,0\n2, a1 ,1\n3,b7,1\n");
        DataMapping mapping = mapping("{'group': 'pump'}");
        GroupedSamples read = DatasetReader.readGrouped(file, mapping, Task.CLASSIFICATION);
        assertThat(read.groups()).containsExactly("b7", "a1", "b7");
        assertThat(read.samples().features()).isDeepEqualTo(new float[][] {{1}, {2}, {3}});
        assertThat(DatasetReader.read(file, mapping, Task.CLASSIFICATION).shape())
                .isEqualTo(TensorShape.of(1));
        Files.writeString(file, "heat,pump,label\n1,b7,0\n2,,1\n");
        assertThatThrownBy(() -> DatasetReader.readGrouped(file, mapping, Task.CLASSIFICATION))
                .isInstanceOf(InvalidDataException.class)
                .hasMessage("pumps.csv line 3, column 1 (pump): empty (expected: whose this row is)");
        assertThatThrownBy(() ->
                        DatasetReader.readGrouped(Fixtures.file("fixtures/plain.npz"), mapping, Task.CLASSIFICATION))
                .isInstanceOf(InvalidDataException.class)
                .hasMessage("plain.npz: no column \"pump\" (expected: a CSV file, which has columns)");
    }

    /** Written by NumPy and SciPy (make_data_fixtures.py): sample i, element j is (7 i + j) % 251, label i % 3. */
    @ParameterizedTest
    @CsvSource({
        "plain.npz, 3x4",
        "fortran.npz, 3x4",
        "table.npy, 12",
        "compressed.mat, 12",
        "plain.mat, 12",
        "idx.zip, 3x4",
        "idx.tar.gz, 3x4"
    })
    void readsWhatNumPyAndSciPyWrite(String name, String shape) throws IOException {
        Samples samples = DatasetReader.read(Fixtures.file("fixtures/" + name), DataMapping.DEFAULT, Task.BY_LABELS);
        assertThat(samples.count()).isEqualTo(10);
        assertThat(samples.shape()).isEqualTo(shape.equals("12") ? TensorShape.of(12) : TensorShape.of(3, 4));
        for (int i = 0; i < 10; i++) {
            for (int j = 0; j < 12; j++) {
                assertThat(samples.features()[i][j]).isEqualTo((7 * i + j) % 251);
            }
        }
        Samples.Targets.Classes classes = (Samples.Targets.Classes) samples.targets();
        assertThat(classes.names()).containsExactly("0", "1", "2");
        assertThat(classes.labels()).containsExactly(0, 1, 2, 0, 1, 2, 0, 1, 2, 0);
    }

    @Test
    void tellsWhereTheFeaturesOfACsvFileLie() throws IOException {
        Path file = Files.writeString(directory.resolve("ranges.csv"), "a,label,b\n1,x,-2\n\n3,y,\"4.5\"\n-1,x,0\n");

        FeatureRanges ranges = DatasetReader.ranges(file, DataMapping.DEFAULT);

        assertThat(ranges.low()).containsExactly(-1, -2);
        assertThat(ranges.high()).containsExactly(3, 4.5f);
        assertThat(ranges.samples()).isEqualTo(3);
    }

    @Test
    void looksAtNoRangesThatMightTakeMuchMemory() throws IOException {
        Path lines = Files.writeString(directory.resolve("long.csv"), "1,".repeat(3 << 20));
        Path quoted = Files.writeString(directory.resolve("quoted.csv"), "a,b\n\"" + "1\n".repeat(1 << 20));

        assertThatThrownBy(() -> DatasetReader.ranges(lines, DataMapping.DEFAULT))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("a line of more than");
        assertThatThrownBy(() -> DatasetReader.ranges(quoted, DataMapping.DEFAULT))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("a row without end");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"plain.npz", "fortran.npz", "table.npy", "compressed.mat", "plain.mat", "idx.zip", "idx.tar.gz"})
    void tellsWhereTheFeaturesOfArraysLie(String name) throws IOException {
        FeatureRanges ranges = DatasetReader.ranges(Fixtures.file("fixtures/" + name), DataMapping.DEFAULT);

        assertThat(ranges.samples()).isEqualTo(10);
        assertThat(ranges.low()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        assertThat(ranges.high()).containsExactly(63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74);
    }

    @Test
    void leavesOutTheColumnOfATableThatIsTheLabel() throws IOException {
        FeatureRanges ranges = DatasetReader.ranges(Fixtures.file("fixtures/table.npy"), mapping("{'label': 0}"));

        assertThat(ranges.low()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0);
    }

    private Path archive(String type, String shape, long bytes) throws IOException {
        Path file = directory.resolve("arrays.npz");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("x.npy"));
            String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }";
            zip.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0});
            zip.write(header.getBytes(StandardCharsets.US_ASCII));
            byte[] piece = new byte[1 << 16];
            for (long left = bytes; left > 0; left -= piece.length) {
                zip.write(piece, 0, (int) Math.min(left, piece.length));
            }
        }
        return file;
    }

    @Test
    void holdsNoArrayInMemoryForItsRanges() throws IOException {
        Path file = archive("|u1", "4000000, 10", 40_000_000);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        FeatureRanges ranges = DatasetReader.ranges(file, DataMapping.DEFAULT);

        assertThat(ranges.high()).hasSize(9).containsOnly(0);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(8 << 20);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<f8|99999999, 9|numbers in 9 features",
                "<f8|99999999999, 9|99999999999",
                "<f8|65536, 65536, 65536, 65536|expected: fewer elements",
                "<f8|-3, 9|expected: fewer elements",
                "O|3, 9|elements of type",
                "<f8|3, 9|ends early",
                "<f8|0, 9|no samples"
            })
    void refusesRangesOfArraysThatAreNotWhatTheyClaim(String type, String shape, String why) throws IOException {
        Path file = archive(type, shape, 16);

        assertThatThrownBy(() -> DatasetReader.ranges(file, DataMapping.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void refusesRangesOfDamagedAndUnboundedNumbers() throws IOException {
        byte[] mat = Files.readAllBytes(Fixtures.file("fixtures/compressed.mat"));
        for (int i = 180; i < mat.length; i++) {
            mat[i] ^= 0x55;
        }
        Path damaged = Files.write(directory.resolve("damaged.mat"), mat);
        byte[] npy = Files.readAllBytes(Fixtures.file("fixtures/table.npy"));
        Arrays.fill(npy, npy.length - 16, npy.length - 8, (byte) 0xFF);
        Path unbounded = Files.write(directory.resolve("unbounded.npy"), npy);

        assertThatThrownBy(() -> DatasetReader.ranges(damaged, DataMapping.DEFAULT))
                .isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> DatasetReader.ranges(unbounded, DataMapping.DEFAULT))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("NaN (expected: finite numbers)");
    }

    @Test
    void readsQuotedCsvWithALabelAnywhere() throws IOException {
        Samples samples = csv(
                "\uFEFFa,\"target\",\"b \"\"q\"\"\"\r\n1,\"no,\nnever\",2\r\n\r\n3, yes ,\"4\"\r\n",
                "{'scale': 2}",
                Task.BY_LABELS);
        assertThat(samples.features()).isDeepEqualTo(new float[][] {{2, 4}, {6, 8}});
        assertThat(((Samples.Targets.Classes) samples.targets()).names()).containsExactly("no,\nnever", "yes");
    }

    @Test
    void readsHeaderlessCsvWithTheLabelLast() throws IOException {
        Samples samples = csv("1;2;0\n3;4;1\n", "{'delimiter': ';', 'offset': 1}", Task.BY_LABELS);
        assertThat(samples.features()).isDeepEqualTo(new float[][] {{2, 3}, {4, 5}});
    }

    @Test
    void takesNamedColumnsAndSeveralTargets() throws IOException {
        Samples samples = csv("a,b,c,d\n1,2,3,4\n5,6,7,8\n", "{'features': ['d'], 'label': ['a', 2]}", Task.REGRESSION);
        assertThat(samples.features()).isDeepEqualTo(new float[][] {{4}, {8}});
        assertThat(((Samples.Targets.Values) samples.targets()).values()).isDeepEqualTo(new float[][] {{1, 3}, {5, 7}});
    }

    @Test
    void takesFractionsAndManyDifferentNumbersForQuantities() throws IOException {
        assertThat(csv("1,0.5\n2,1.5\n", "{}", Task.BY_LABELS).targets()).isInstanceOf(Samples.Targets.Values.class);
        assertThat(csv("1,7.0\n2,8\n", "{}", Task.BY_LABELS).targets()).isInstanceOf(Samples.Targets.Classes.class);
    }

    @Test
    void keepsTheDeclaredOrderOfClasses() throws IOException {
        Samples samples = csv("1,b\n2,a\n", "{'classes': ['b', 'a', 'never']}", Task.CLASSIFICATION);
        assertThat(((Samples.Targets.Classes) samples.targets()).labels()).containsExactly(0, 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "a,label^1,0^x,1 | {} | data.csv line 3, column 0 (a): \"x\" (expected: a finite number)",
                "a,label^1,0^2 | {} | data.csv line 3: 1 fields (expected: 2 as in the first line)",
                "a,label^1,0^NaN,1 | {} | data.csv line 3, column 0 (a): \"NaN\" (expected: a finite number)",
                "a,label^1,0^2, | {} | data.csv line 3, column 1 (label): empty (expected: a label)",
                "a,label^1,\"0^2,1 | {} | data.csv line 2: a quoted field is never closed (expected: a second \")",
                "a,label | {} | data.csv: no samples (expected: at least one)",
                "a^b | {} | data.csv: 1 column (expected: at least one feature beside the label)",
                "a,b^1,0^2,1 | {'label': 'c'} | data.csv: no column \"c\" (expected: an index below 2, or one of a, b)",
                "a,b^1,0^2,1 | {'label': 7} | data.csv: no column \"7\" (expected: an index below 2, or one of a, b)",
                "a,b^1,0^2,1 | {'shape': [2, 2]} | data: shape [2, 2] has 4 elements, each sample of the dataset 1 (expected: the same)",
                "a,b^1,0^2,0 | {} | data.csv, column 1 (b): the only label is [0] (expected: at least two classes)",
                "a,b^1,0^2,5 | {'classes': ['0', '1']} | data.csv, column 1 (b): \"5\" in sample 2 (expected: one of the classes [0, 1])",
            })
    void namesWhereACsvFileIsWrong(String text, String mapping, String message) {
        assertThatThrownBy(() -> csv(text.strip().replace('^', '\n') + "\n", mapping, Task.CLASSIFICATION))
                .isInstanceOf(InvalidDataException.class)
                .hasMessage(message);
    }

    @Test
    void refusesTextWhereRegressionNeedsNumbers() {
        assertThatThrownBy(() -> csv("1,2\n2,high\n", "{}", Task.REGRESSION))
                .hasMessage("data.csv, column 1: \"high\" (expected: numbers, as regression needs)");
    }

    @Test
    void refusesEmptyTruncatedAndUnknownFiles() throws IOException {
        Path file = Files.createFile(directory.resolve("empty.csv"));
        assertThatThrownBy(() -> DatasetReader.read(file, DataMapping.DEFAULT, Task.BY_LABELS))
                .hasMessage("empty.csv: empty file (expected: a dataset)");
        byte[] whole = Files.readAllBytes(Fixtures.file("fixtures/plain.mat"));
        for (int length : new int[] {130, 200, 300, whole.length - 20}) {
            Path cut = Files.write(directory.resolve("cut.mat"), java.util.Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> DatasetReader.read(cut, DataMapping.DEFAULT, Task.BY_LABELS))
                    .isInstanceOf(InvalidDataException.class);
        }
        Path cut = Files.write(
                directory.resolve("cut.npy"),
                java.util.Arrays.copyOf(Files.readAllBytes(Fixtures.file("fixtures/table.npy")), 400));
        assertThatThrownBy(() -> DatasetReader.read(cut, DataMapping.DEFAULT, Task.BY_LABELS))
                .hasMessage("array \"cut.npy\": the file ends early (expected: all its numbers)");
        Path binary = Files.write(directory.resolve("x.bin"), new byte[] {1, 0, 2, 0, 3});
        assertThatThrownBy(() -> DatasetReader.read(binary, DataMapping.DEFAULT, Task.BY_LABELS))
                .hasMessageStartingWith("x.bin: unknown binary format (expected: CSV, NPY");
        Path single = Files.write(directory.resolve("one-idx"), new byte[] {0, 0, 8, 1, 0, 0, 0, 1, 5});
        assertThatThrownBy(() -> DatasetReader.read(single, DataMapping.DEFAULT, Task.BY_LABELS))
                .hasMessageContaining("0 idx image arrays and 1 idx label arrays");
    }

    @Test
    void saysWhichArraysThereAre() {
        assertThatThrownBy(() -> DatasetReader.read(
                        Fixtures.file("fixtures/plain.npz"), mapping("{'label': 'z'}"), Task.BY_LABELS))
                .hasMessage("plain.npz: no array for the label named [z] among [x[10, 3, 4], y[10]]"
                        + " (expected: its exact name)");
    }
}
