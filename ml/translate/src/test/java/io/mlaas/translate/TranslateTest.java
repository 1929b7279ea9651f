package io.mlaas.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.onnx.parity.SignedCertificate;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TranslateTest {
    private static final Path HOME = Path.of(System.getProperty("mlaas.home", "../.."));
    private static final Path SAMPLES = HOME.resolve("ml/neural/src/test/resources/samples");
    private static final Path FIXTURES = HOME.resolve("ml/onnx/src/test/resources/torchscript");

    /** As {@code openssl genpkey -algorithm ed25519} writes it; the seed of RFC 8032, section 7.1, test 1. */
    private static final String KEY = """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
            -----END PRIVATE KEY-----
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private int run(Object... arguments) {
        String[] args = java.util.Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
        return Translate.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    private static Path sample() throws IOException {
        try (var files = Files.list(SAMPLES)) {
            return files.filter(f -> f.toString().endsWith(".pt"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void translatesAFileAndWritesTheModelAndItsSignedCertificate() throws IOException {
        Path onnx = folder.resolve("out.onnx");
        Path json = folder.resolve("out.json");
        Path key = Files.writeString(folder.resolve("key.pem"), KEY);
        assertThat(run(sample(), "-o", onnx, "--certificate", json, "--sign-with", key, "--opset", "18"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("input", "output", "operators", "errors", "max ", "opset      18");
        assertThat(onnx).isNotEmptyFile();
        SignedCertificate signed = SignedCertificate.fromJson(Files.readString(json));
        assertThat(signed.isSignedBy(signed.namedKey())).isTrue();
        JsonNode certificate = JsonMapper.builder().build().readTree(Files.readString(json));
        assertThat(certificate.path("inputs").asInt()).isGreaterThanOrEqualTo(1000);
        assertThat(certificate.path("passed").asBoolean()).isTrue();
    }

    @Test
    void quantisesAndReportsWhatItCosts() throws IOException {
        Path onnx = folder.resolve("small.onnx");
        assertThat(run(SAMPLES.resolve("digits-cnn.pt"), "-o", onnx, "--quantize"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("quantised  3 weights");
    }

    @Test
    void onlyChecks() throws IOException {
        assertThat(run(sample(), "--check")).isZero();
        assertThat(run(FIXTURES.resolve("unsupported-operator.pt"), "--check")).isEqualTo(1);
        assertThat(out.toString()).contains("not translated");
    }

    @Test
    void endsWith1AndTheReasonForWhatIsNotTranslated() {
        Path onnx = folder.resolve("none.onnx");
        assertThat(run(FIXTURES.resolve("unsupported-operator.pt"), "-o", onnx, "--input-shape", "4"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("not translated: ");
        assertThat(onnx).doesNotExist();
    }

    @Test
    void refusesATimeLimitThatIsNone() throws IOException {
        assertThat(run(sample(), "--time-limit", "soon")).isEqualTo(2);
        assertThat(err.toString()).contains("time limit: soon (expected: such as 90, 90s, 10m or 1h)");
        assertThat(run(sample(), "--time-limit", "1h", "-o", folder.resolve("in-time.onnx")))
                .isZero();
    }

    @Test
    void endsWith2ForAFileThatIsNoModel() throws IOException {
        Path text = Files.writeString(folder.resolve("notes.txt"), "no model");
        assertThat(run(text)).isEqualTo(2);
        assertThat(err.toString()).contains("notes.txt is of no known format");
        assertThat(run(folder.resolve("missing.pt"))).isEqualTo(2);
        assertThat(run(text, "--opset", "1")).isEqualTo(2);
    }

    @Test
    void explainsItself() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("--quantize", "Exit status", "--reference=IO.npz");
    }
}
