package io.mlaas.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.onnx.TranslationRefused.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Code that would run or grow forever ends in a refusal, soon. */
class HostileCodeTest {
    private static final String HEADER = "class DataDependent(Module):\n  training : bool\n"
            + "  def forward(self: __torch__.DataDependent,\n    x: Tensor) -> Tensor:\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "while True:\n      a = 1",
                "return (self).forward(x, )",
                "a = [1, 2]\n    while True:\n      a = torch.add(a, a)",
                "a = []\n    while True:\n      a = torch.append(a, 1)",
                "a = []\n    b = torch.append(a, a)\n    return torch.eq(a, a)",
                "a = \"{}{}\"\n    while True:\n      a = torch.format(a, a, a)",
                "a = torch.size(x, 0)\n    while True:\n      a = torch.mul(a, a)",
                "a = torch.size(x, 0)\n    while True:\n      a = torch.add(torch.mul(a, 2), 1)",
                "while True:\n      x = torch.add(x, x)",
                "a = torch.zeros([1000000, 1000000])\n    return torch.unbind(a)",
                "a = torch.zeros([1, 1, 1000000])\n    return torch.adaptive_avg_pool1d(a, [999999])",
                "for i in range(9223372036854775807):\n      pass",
                "return __torch__.os.system(\"true\")",
                "return torch.zeros([9223372036854775807, 9223372036854775807, 8])[0]"
            })
    void refusesCodeThatNeverEnds(String body) {
        Map<String, byte[]> entries = HostileFiles.entries("data-dependent.pt");
        entries.replaceAll((name, bytes) -> name.endsWith("__torch__.py")
                ? (HEADER + "    " + body + "\n").getBytes(StandardCharsets.UTF_8)
                : bytes);
        byte[] file = HostileFiles.zip(entries);
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertThatThrownBy(() -> new TorchScriptTranslator().translate(file))
                        .isInstanceOfSatisfying(TranslationRefused.class, e -> assertThat(e.reason())
                                .isIn(Reason.TOO_LARGE, Reason.UNSUPPORTED_CODE, Reason.UNSUPPORTED_OPERATOR)));
    }
}
