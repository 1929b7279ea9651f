package io.mlaas.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sequences of several lengths, as PyTorch packs them; made by {@code ml/onnx/src/test/python/torch/make_packed.py}. */
class PackedSequencesTest {
    private static final Path MODELS =
            Path.of(System.getProperty("mlaas.home", "../.."), "ml/translate/src/test/resources/packed");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "AnyOrder.traced, steps",
        "AnyOrder.scripted, steps",
        "LongestFirst.traced, steps",
        "LongestFirst.scripted, steps",
        "AllSteps.traced, time"
    })
    void computesWhatPyTorchDoesForEachLength(String model, String axis) {
        assertThat(run(model, "x=time:5,3")).as(err.toString()).isZero();
        assertThat(out.toString()).contains("[batch, %s, ".formatted(axis), "compared   1,893 inputs", "PyTorch");
    }

    @ParameterizedTest
    @CsvSource("LongestFirst.traced, 4")
    void comparesUpToAFixedNumberOfSteps(String model, int steps) {
        assertThat(run(model, "x=" + steps + ",3")).as(err.toString()).isZero();
    }

    private int run(String model, String shape) {
        return Translate.run(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                MODELS.resolve(model + ".pt").toString(),
                "-o",
                folder.resolve("out.onnx").toString(),
                "--input-shape",
                shape,
                "--input-shape",
                "lengths=",
                "--input-type",
                "lengths=int64");
    }
}
