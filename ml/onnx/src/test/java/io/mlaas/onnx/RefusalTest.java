package io.mlaas.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.onnx.TranslationRefused.Reason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusalTest {
    private final TorchScriptTranslator translator = new TorchScriptTranslator();

    private void refuses(byte[] file, Reason reason, String... words) {
        assertThatThrownBy(() -> translator.translate(file))
                .isInstanceOfSatisfying(
                        TranslationRefused.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .message()
                .contains(words);
    }

    @Test
    void refusesWhatIsNoZip() {
        refuses("not a model".getBytes(StandardCharsets.UTF_8), Reason.NOT_TORCHSCRIPT, "6e6f7420", "zip archive");
        refuses(new byte[0], Reason.NOT_TORCHSCRIPT, "0 bytes");
    }

    @Test
    void refusesAZipWithoutData() {
        refuses(HostileFiles.zip(Map.of("model/readme.txt", new byte[3])), Reason.NOT_TORCHSCRIPT, "data.pkl");
    }

    @Test
    void explainsAPickledModule() {
        for (String file : new String[] {"pickled-module.pth", "legacy-module.pth", "state-dict.pth"}) {
            refuses(Fixtures.bytes(file), Reason.PICKLED_MODULE, "torch.jit.script(model).save");
        }
    }

    @Test
    void refusesAMaliciousPickleByNameAndDoesNotExecuteIt(@TempDir Path folder) {
        Path trace = folder.resolve("executed");
        for (String[] global :
                new String[][] {{"os", "system"}, {"posix", "system"}, {"builtins", "eval"}, {"torch", "load"}}) {
            byte[] pickle = HostileFiles.pickledCall(global[0], global[1], "touch " + trace);
            refuses(
                    HostileFiles.with("mlp.traced.pt", "data.pkl", pickle),
                    Reason.FORBIDDEN_GLOBAL,
                    "data.pkl names " + global[0] + "." + global[1]);
            refuses(
                    HostileFiles.with("mlp.traced.pt", "constants.pkl", pickle),
                    Reason.FORBIDDEN_GLOBAL,
                    "constants.pkl names " + global[0] + "." + global[1]);
        }
        assertThat(Files.exists(trace)).isFalse();
    }

    @Test
    void refusesInstructionsThatTorchNeverWrites() {
        byte[] instance = "(S'touch'\nios\nsystem\n.".getBytes(StandardCharsets.ISO_8859_1);
        refuses(HostileFiles.with("mlp.traced.pt", "data.pkl", instance), Reason.FORBIDDEN_GLOBAL, "instruction 0x53");
        byte[] extension = {(byte) 0x80, 2, (byte) 0x82, 1, '.'};
        refuses(HostileFiles.with("mlp.traced.pt", "data.pkl", extension), Reason.FORBIDDEN_GLOBAL, "instruction 0x82");
    }

    @Test
    void refusesALengthThatLies() {
        byte[] pickle = {(byte) 0x80, 2, 'X', -1, -1, -1, 0x7f, '.'};
        refuses(HostileFiles.with("mlp.traced.pt", "data.pkl", pickle), Reason.DAMAGED, "data.pkl");
    }

    @Test
    void refusesAZipBomb() {
        Map<String, byte[]> entries = new LinkedHashMap<>(HostileFiles.entries("mlp.traced.pt"));
        entries.put("mlp/data/99", new byte[64 << 20]);
        byte[] bomb = HostileFiles.zip(entries);
        assertThat(bomb.length).isLessThan(200_000);
        refuses(bomb, Reason.TOO_LARGE, "data/99", "67108864");
        TorchScriptTranslator small =
                new TorchScriptTranslator(new ReadLimits(1000, 32 << 20, 1 << 20), TranslationOptions.DEFAULT);
        assertThatThrownBy(() -> small.translate(bomb))
                .isInstanceOf(TranslationRefused.class)
                .hasMessageContaining("unpacked size")
                .hasMessageContaining("data/99");
    }

    @Test
    void refusesABombInAPickle() {
        refuses(HostileFiles.with("mlp.traced.pt", "data.pkl", new byte[17 << 20]), Reason.TOO_LARGE, "data.pkl");
    }

    @Test
    void refusesAnEntryThatUnpacksToMoreThanItDeclares() {
        byte[] file = HostileFiles.with("mlp.traced.pt", "version", new byte[5000]);
        // the size in the last central directory entry whose name ends with /version
        int name = lastIndexOf(file, "/version");
        int size = name;
        while (!(file[size] == 'P' && file[size + 1] == 'K' && file[size + 2] == 1)) {
            size--;
        }
        file[size + 24] = 10;
        file[size + 25] = 0;
        refuses(file, Reason.DAMAGED, "more bytes than it declares");
    }

    private static int lastIndexOf(byte[] file, String text) {
        return new String(file, StandardCharsets.ISO_8859_1).lastIndexOf(text);
    }

    @Test
    void refusesATruncatedFile() {
        byte[] whole = Fixtures.bytes("cnn-batch-norm.traced.pt");
        for (int length : new int[] {5, 100, 3000, whole.length - 30, whole.length - 1}) {
            refuses(Arrays.copyOf(whole, length), Reason.DAMAGED, "");
        }
    }

    /** Whatever is changed in a file, it ends in a refusal or a translation, never in another exception. */
    @Test
    void survivesChangedBytes() {
        byte[] whole = Fixtures.bytes("gru.traced.pt");
        Map<String, byte[]> entries = HostileFiles.entries("gru.traced.pt");
        Random random = new Random(42);
        int refused = 0;
        for (int round = 0; round < 400; round++) {
            byte[] file = whole.clone();
            if (round % 2 == 0) {
                file[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
            } else {
                // inside an entry, with its checksum made right again
                Map<String, byte[]> changed = new LinkedHashMap<>(entries);
                String name = random.nextBoolean() ? "data.pkl" : ".py";
                changed.replaceAll((entry, bytes) -> {
                    byte[] copy = bytes.clone();
                    if (entry.endsWith(name) && copy.length > 0) {
                        copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
                    }
                    return copy;
                });
                file = HostileFiles.zip(changed);
            }
            try {
                translator.translate(file);
            } catch (TranslationRefused e) {
                assertThat(e.getMessage()).isNotBlank();
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(100);
    }

    @Test
    void namesAnUnsupportedOperatorWithItsLine() {
        refuses(
                Fixtures.bytes("unsupported-operator.pt"),
                Reason.UNSUPPORTED_OPERATOR,
                "torch.fft_rfft",
                "code/__torch__.py:",
                "torch.fft_rfft(x");
    }

    @Test
    void refusesAModelTracedInTraining() {
        refuses(
                Fixtures.bytes("traced-in-training.pt"),
                Reason.UNSUPPORTED_CODE,
                "training mode",
                "model.eval()",
                "module bn");
    }

    @Test
    void refusesControlFlowOnData() {
        refuses(Fixtures.bytes("data-dependent.pt"), Reason.UNSUPPORTED_CODE, "code/__torch__.py");
    }

    @Test
    void refusesAnInputWithoutAShape() {
        Map<String, byte[]> entries = HostileFiles.entries("mlp.traced.pt");
        entries.keySet().removeIf(name -> name.endsWith("mlaas.json"));
        refuses(HostileFiles.zip(entries), Reason.UNKNOWN_INPUT, "mlaas.json");
        TorchScriptTranslator told =
                new TorchScriptTranslator(ReadLimits.DEFAULT, TranslationOptions.DEFAULT.withInputShape(4));
        assertThat(told.translate(HostileFiles.zip(entries)).inputs().getFirst().shape())
                .containsExactly("batch", "4");
    }

    @Test
    void refusesAnInputOfTheWrongShape() {
        TorchScriptTranslator told =
                new TorchScriptTranslator(ReadLimits.DEFAULT, TranslationOptions.DEFAULT.withInputShape(5));
        assertThatThrownBy(() -> told.translate(Fixtures.bytes("mlp.traced.pt")))
                .isInstanceOf(TranslationRefused.class)
                .hasMessageContaining("input [batch, 5] and weight [8, 4]");
    }
}
