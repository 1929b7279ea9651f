package io.mlaas.onnx.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.onnx.OnnxTranslator;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.Unsupported;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportedProgramTest {
    @TempDir
    private Path folder;

    /** The program of the small model with one entry changed. */
    private Path with(String entry, UnaryOperator<String> change) throws IOException {
        return with("half-2.13", entry, change);
    }

    private Path with(String model, String entry, UnaryOperator<String> change) throws IOException {
        Path file = folder.resolve("changed.pt2");
        try (InputStream in = getClass().getResourceAsStream("/torch/" + model + ".exported.pt2");
                ZipInputStream source = new ZipInputStream(in);
                OutputStream out = Files.newOutputStream(file);
                ZipOutputStream target = new ZipOutputStream(out)) {
            for (ZipEntry next = source.getNextEntry(); next != null; next = source.getNextEntry()) {
                byte[] content = source.readAllBytes();
                if (next.getName().endsWith(entry)) {
                    content = change.apply(new String(content, StandardCharsets.ISO_8859_1))
                            .getBytes(StandardCharsets.ISO_8859_1);
                }
                target.putNextEntry(new ZipEntry(next.getName()));
                target.write(content);
            }
        }
        return file;
    }

    private static String zipped(String name, String content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private void refuses(Path file, Reason reason, String words) {
        assertThatThrownBy(() -> new OnnxTranslator().translate(file, TranslationOptions.DEFAULT))
                .isInstanceOfSatisfying(
                        TranslationRefused.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(words);
    }

    @Test
    void refusesWhatContradictsItself() throws IOException {
        refuses(with("weights_config.json", t -> t.replace("weight_0", "weight_7")), Reason.DAMAGED, "weight_7");
        refuses(with("weights_config.json", t -> t.replace("fc.bias", "fc.other")), Reason.DAMAGED, "fc.bias");
        refuses(
                with("weights_config.json", t -> t.replace("\"as_int\": 3", "\"as_int\": 3000")),
                Reason.DAMAGED,
                "11999");
        refuses(with("model.json", t -> t.substring(1)), Reason.DAMAGED, "model.json");
    }

    @Test
    void refusesPickledTensors() throws IOException {
        refuses(
                with("weights_config.json", t -> t.replace("\"use_pickle\": false", "\"use_pickle\": true")),
                Reason.UNSUPPORTED_CODE,
                "pickle");
    }

    @Test
    void refusesOfTheEarlierLayoutWhatIsNoDictionaryOfTensors() throws IOException {
        refuses(
                with("half-2.5", "state_dict.pt", t -> zipped("archive/data.pkl", "\u0080\u0002cposix\nsystem\n.")),
                Reason.FORBIDDEN_GLOBAL,
                "posix.system");
        refuses(
                with("half-2.5", "state_dict.pt", t -> zipped("archive/data.pkl", "\u0080\u0002]q\u0000.")),
                Reason.DAMAGED,
                "a dictionary of tensors");
        refuses(with("half-2.5", "state_dict.pt", t -> ""), Reason.DAMAGED, "is not in the archive");
        refuses(
                with("half-2.5", "program.json", t -> t.replace("fc.weight", "fc.other")),
                Reason.DAMAGED,
                "fc.other is not in the archive");
    }

    @Test
    void tellsEveryUnknownOperator() throws IOException {
        Path file = with("model.json", t -> t.replace("aten.linear.default", "aten.fft_rfft.default"));
        refuses(file, Reason.UNSUPPORTED_OPERATOR, "torch.fft_rfft");
        try (SourceModel model = new OnnxTranslator().open(file)) {
            assertThat(model.unsupported()).containsExactly(new Unsupported("torch.fft_rfft", "fc, node linear", 1));
        }
    }

    /** Whatever is changed, it ends in a refusal or a translation, never in another exception. */
    @Test
    void survivesChangedBytes() throws IOException {
        Random random = new Random(7);
        int refused = 0;
        for (int round = 0; round < 200; round++) {
            Path file = with(round % 2 == 0 ? "model.json" : "weights_config.json", text -> {
                int at = random.nextInt(text.length());
                return text.substring(0, at) + (char) (32 + random.nextInt(90)) + text.substring(at + 1);
            });
            try {
                new OnnxTranslator().translate(file, TranslationOptions.DEFAULT);
            } catch (TranslationRefused e) {
                assertThat(e.getMessage()).isNotBlank();
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(50);
    }
}
