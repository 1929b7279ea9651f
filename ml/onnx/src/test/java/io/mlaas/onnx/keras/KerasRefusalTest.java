package io.mlaas.onnx.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.onnx.OnnxTranslator;
import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.RecordedModel;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.Unsupported;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KerasRefusalTest {
    @TempDir
    Path folder;

    /** A fixture with another configuration. */
    private Path changed(String name, UnaryOperator<String> config, UnaryOperator<byte[]> weights) throws IOException {
        Path target = folder.resolve(name);
        try (ZipFile source =
                        new ZipFile(RecordedModel.folder("keras").resolve(name).toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(target))) {
            for (String entry : new String[] {"metadata.json", "config.json", "model.weights.h5"}) {
                byte[] bytes = source.getInputStream(source.getEntry(entry)).readAllBytes();
                out.putNextEntry(new ZipEntry(entry));
                out.write(
                        switch (entry) {
                            case "config.json" ->
                                config.apply(new String(bytes, StandardCharsets.UTF_8))
                                        .getBytes(StandardCharsets.UTF_8);
                            case "model.weights.h5" -> weights.apply(bytes);
                            default -> bytes;
                        });
            }
        }
        return target;
    }

    private static void translate(Path file) throws IOException {
        new OnnxTranslator().translate(file, TranslationOptions.DEFAULT);
    }

    @Test
    void refusesALambdaLayerByName() throws IOException {
        Path file = changed(
                "mlp.keras", c -> c.replace("\"class_name\": \"Dropout\"", "\"class_name\": \"Lambda\""), w -> w);
        assertThatThrownBy(() -> translate(file))
                .isInstanceOf(TranslationRefused.class)
                .hasMessageContaining("layer dropout")
                .hasMessageContaining("Lambda");
    }

    @Test
    void refusesACustomClassByName() throws IOException {
        Path file = changed(
                "mlp.keras",
                c -> c.replace(
                        "\"module\": \"keras.layers\", \"class_name\": \"Dropout\"",
                        "\"module\": \"os\", \"class_name\": \"system\""),
                w -> w);
        assertThatThrownBy(() -> translate(file))
                .isInstanceOf(TranslationRefused.class)
                .hasMessageContaining("os.system");
    }

    @Test
    void listsLayersThatItDoesNotKnow() throws IOException {
        Path file = changed(
                "mlp.keras", c -> c.replace("\"class_name\": \"Dropout\"", "\"class_name\": \"Hashing\""), w -> w);
        try (SourceModel model = new OnnxTranslator().open(file)) {
            assertThat(model.unsupported()).containsExactly(new Unsupported("keras Hashing", "dropout", 1));
        }
        assertThatThrownBy(() -> translate(file)).hasMessageContaining("layer class Hashing is not translated");
    }

    @Test
    void refusesASubclassedModel() throws IOException {
        Path file = changed(
                "mlp.keras", c -> "{\"module\": \"mine\", \"class_name\": \"MyModel\", \"config\": {}}", w -> w);
        assertThatThrownBy(() -> translate(file))
                .isInstanceOf(TranslationRefused.class)
                .hasMessageContaining("MyModel")
                .hasMessageContaining("its code is not in the archive");
    }

    @Test
    void refusesWeightsThatAreMissing() throws IOException {
        Path file =
                changed("lstm.keras", c -> c.replace("\"class_name\": \"LSTM\"", "\"class_name\": \"Conv1D\""), w -> w);
        assertThatThrownBy(() -> translate(file))
                .isInstanceOf(TranslationRefused.class)
                .hasMessageContaining("weight 0 is missing");
    }

    @Test
    void endsInARefusalForMutatedFiles() throws IOException {
        Random random = new Random(5);
        for (int round = 0; round < 60; round++) {
            Path file = changed(
                    round % 2 == 0 ? "shared-and-nested.keras" : "gru.keras",
                    c -> random.nextInt(3) == 0 ? mutated(c, random) : c,
                    w -> mutated(w, random));
            try {
                new KerasFormat().read(file, ReadLimits.DEFAULT).translate(TranslationOptions.DEFAULT);
            } catch (TranslationRefused e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    private static String mutated(String text, Random random) {
        int at = random.nextInt(text.length() - 20);
        return switch (random.nextInt(3)) {
            case 0 -> text.substring(0, at);
            case 1 -> text.substring(0, at) + text.substring(at + 1 + random.nextInt(19));
            default -> text.replaceFirst(": [0-9]+", ": -" + random.nextInt(100_000));
        };
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(bytes);
        byte[] copy = out.toByteArray();
        for (int i = 0; i < 1 + random.nextInt(8); i++) {
            copy[random.nextInt(Math.min(copy.length, 4096))] = (byte) random.nextInt(256);
        }
        return copy;
    }
}
