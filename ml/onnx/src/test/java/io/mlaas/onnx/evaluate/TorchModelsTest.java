package io.mlaas.onnx.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.onnx.OnnxTranslator;
import io.mlaas.onnx.TranslationOptions;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Architectures and batteries of operators, saved by PyTorch 1.13 and 2.13: traced, scripted, and as
 * programs of torch.export. Expected numbers: what PyTorch computed, recorded by
 * src/test/python/torch/make_models.py.
 */
class TorchModelsTest {
    private static Path folder() {
        try {
            return Path.of(TorchModelsTest.class.getResource("/torch").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<String> archives() throws IOException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(f -> f.getFileName().toString())
                    .filter(f -> f.endsWith(".pt") || f.endsWith(".pt2"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("archives")
    void computesWhatPyTorchComputed(String file) throws IOException {
        RecordedModel recorded =
                RecordedModel.read(folder().resolve(file.replaceAll("\\.(traced|scripted|exported)\\.pt2?$", ".json")));
        byte[] onnx = new OnnxTranslator()
                .translate(folder().resolve(file), TranslationOptions.DEFAULT)
                .onnx()
                .toArray();
        assertThat(recorded.compare(onnx)).isLessThan(1e-5);
        if (recorded.hasBatches()) {
            assertThat(recorded.compareFirstSample(onnx)).isLessThan(1e-5);
        }
    }
}
