package io.mlaas.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.OnnxTranslator;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.parity.ParityCertificate;
import io.mlaas.onnx.parity.ParityCheck;
import io.mlaas.onnx.parity.ParityPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model whose code names an operator that the engine does not know. */
class NewerOperatorTest {
    private static final Path DQN = Path.of(System.getProperty("mlaas.home", "../.."))
            .resolve("ml/onnx/src/test/resources/torch/dqn-2.13.scripted.pt");
    private static final String FIRST_LINE = "    features = self.features\n";
    private static final ParityPlan PLAN = new ParityPlan(1, 20, List.of(1, 4), Optional.empty(), 1e-5, 1e-4, false);

    @TempDir
    private Path folder;

    /** The archive with a statement before the first of its forward. */
    private Path with(String statement) throws IOException {
        Path changed = folder.resolve("changed.pt");
        try (ZipFile from = new ZipFile(DQN.toFile());
                ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(changed))) {
            to.setMethod(ZipOutputStream.STORED);
            for (ZipEntry entry : from.stream().toList()) {
                byte[] content = from.getInputStream(entry).readAllBytes();
                if (entry.getName().contains("/architectures/")) {
                    content = new String(content, StandardCharsets.UTF_8)
                            .replace(FIRST_LINE, statement + FIRST_LINE)
                            .getBytes(StandardCharsets.UTF_8);
                }
                store(to, entry.getName(), content);
            }
        }
        return changed;
    }

    private static void store(ZipOutputStream to, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setCrc(crc.getValue());
        entry.setSize(content.length);
        to.putNextEntry(entry);
        to.write(content);
    }

    @Test
    void isJudgedByTheOperatorsThatItCallsWhereThatOneIsNotCalled() throws IOException {
        Path file =
                with("    if torch.eq(torch.dim(x), 9):\n      newer = torch.sharpen(x, 2)\n    else:\n      pass\n");
        OnnxTranslation translation = new OnnxTranslator().translate(file, TranslationOptions.DEFAULT);
        try (PyTorchReference pytorch = PyTorchReference.open(file, translation)) {
            ParityCertificate certificate = new ParityCheck(PLAN, Clock.systemUTC()).certify(translation, pytorch);
            assertThat(certificate.passed()).isTrue();
            assertThat(certificate.sourceEngine()).endsWith("the operators one after the other");
        }
    }

    @Test
    void isRefusedForAnyOtherReason() throws IOException {
        OnnxTranslation translation = new OnnxTranslator().translate(DQN, TranslationOptions.DEFAULT);
        Path file = with("    x = self.missing\n");
        assertThatThrownBy(() -> PyTorchReference.open(file, translation)).isInstanceOf(EngineException.class);
    }

    @Test
    void isNotNeededForCodeThatTheEngineKnows() throws IOException {
        OnnxTranslation translation = new OnnxTranslator().translate(DQN, TranslationOptions.DEFAULT);
        try (PyTorchReference pytorch = PyTorchReference.open(DQN, translation)) {
            assertThat(pytorch.engine()).matches("PyTorch [0-9.]+");
        }
    }
}
