package io.mlaas.onnx.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.onnx.HostileFiles;
import io.mlaas.onnx.OnnxTranslator;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.Unsupported;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SurveyTest {
    private static final String CODE = """
            class DataDependent(Module):
              training : bool
              def forward(self: __torch__.DataDependent,
                x: Tensor) -> Tensor:
                if self.training:
                  noise = torch.rand_like(x)
                else:
                  noise = x
                spectrum = torch.fft_rfft(noise, None, -1, None)
                _0 = __torch__.smooth(x, )
                if bool(torch.gt(torch.sum(_0), 0)):
                  _1 = torch.fft_rfft(_0, None, -1, None)
                else:
                  _1 = torch.relu_(_0)
                return torch.add(_1, (self).decode(spectrum, ))
              def decode(self: __torch__.DataDependent,
                y: Tensor) -> Tensor:
                return torch.fft_irfft(y, None, -1, None)
            def smooth(y: Tensor) -> Tensor:
              return torch.special_bessel_j0(torch.tanh(y))
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @Test
    void listsEveryUnknownOperatorWithItsFirstPlaceAndHowOften() throws IOException {
        Map<String, byte[]> entries = HostileFiles.entries("data-dependent.pt");
        entries.replaceAll(
                (name, bytes) -> name.endsWith("__torch__.py") ? CODE.getBytes(StandardCharsets.UTF_8) : bytes);
        Path file = Files.write(folder.resolve("many.pt"), HostileFiles.zip(entries));
        try (SourceModel model = new OnnxTranslator().open(file)) {
            List<Unsupported> all = model.unsupported(TranslationOptions.DEFAULT.withInputShape(4));
            assertThat(all)
                    .containsExactly(
                            new Unsupported("torch.fft_irfft", "code/__torch__.py:18", 1),
                            new Unsupported("torch.fft_rfft", "code/__torch__.py:9", 2),
                            new Unsupported("torch.special_bessel_j0", "code/__torch__.py:20", 1));
        }
    }
}
