package io.mlaas.onnx.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PickleFileTest {
    private static final PickleLimits SMALL = new PickleLimits(1 << 20, 10_000);

    private static Object read(byte[] pickle) throws IOException {
        return PickleFile.read(new ByteArrayInputStream(pickle), SMALL);
    }

    /** A pickle of protocol 2, given as its instructions. */
    private static byte[] pickle(String instructions) {
        return ("\u0080\u0002" + instructions).getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void refusesAnyOtherConstructorByName() {
        // what pickle.dumps writes for an object whose __reduce__ returns (os.system, ("id",))
        assertThatThrownBy(() -> read(pickle("cposix\nsystem\nX\u0002\u0000\u0000\u0000id\u0085R.")))
                .isInstanceOfSatisfying(TranslationRefused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Reason.FORBIDDEN_GLOBAL))
                .hasMessageContaining("posix.system")
                .hasMessageContaining("nothing was executed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "os.system",
                "builtins.eval",
                "builtins.exec",
                "builtins.getattr",
                "builtins.__import__",
                "subprocess.Popen",
                "numpy.load",
                "numpy.testing._private.utils.runstring",
                "joblib.load",
                "importlib.import_module",
                "sklearnx.tree.Tree",
                "operator.attrgetter",
                "nt.system"
            })
    void refusesTheName(String name) {
        int dot = name.lastIndexOf('.');
        assertThatThrownBy(() -> read(pickle("c" + name.substring(0, dot) + "\n" + name.substring(dot + 1) + "\n)R.")))
                .isInstanceOf(TranslationRefused.class)
                .hasMessageContaining(name);
    }

    @Test
    void doesNotCallFunctionsOfScikitLearn() {
        assertThatThrownBy(() -> read(pickle("csklearn.utils\nresample\n)R.")))
                .isInstanceOf(TranslationRefused.class)
                .hasMessageContaining("sklearn.utils.resample");
    }

    @Test
    void refusesPersistentIdsAndExtensions() {
        for (String code : List.of("Pid\n.", "NQ.", "\u0082\u0001.")) {
            assertThatThrownBy(() -> read(pickle(code))).isInstanceOf(TranslationRefused.class);
        }
    }

    @Test
    void readsAListThatContainsItself() throws IOException {
        List<?> list = (List<?>) read(pickle("]q\u0000h\u0000a."));

        assertThat(list.getFirst()).isSameAs(list);
    }

    @Test
    void readsValuesOfProtocolZero() throws IOException {
        byte[] pickle = "(dp0\nVname\np1\n(lp2\nI1\naI01\naF2.5\naNas.".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(read(pickle)).isEqualTo(Map.of("name", Arrays.asList(1L, true, 2.5, null)));
    }

    @Test
    void hashesNestedTuplesInNoTime() throws IOException {
        StringBuilder nested = new StringBuilder("}K\u0001q\u0000");
        for (int i = 0; i < 100; i++) {
            nested.append("2\u0086");
        }
        assertThat(read(pickle(nested + "Ns."))).isInstanceOf(Map.class);
    }

    @Test
    void refusesAStringThatClaimsToBeLong() {
        assertThatThrownBy(() -> read(pickle("X\u00ff\u00ff\u00ff\u007fabc.")))
                .isInstanceOfSatisfying(TranslationRefused.class, refused -> assertThat(refused.reason())
                        .isIn(Reason.TOO_LARGE, Reason.DAMAGED));
    }

    @Test
    void refusesTooManyObjects() {
        assertThatThrownBy(() -> read(pickle("]".repeat(20_000) + ".")))
                .isInstanceOfSatisfying(TranslationRefused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Reason.TOO_LARGE));
    }

    @Test
    void refusesWhatUnpacksToMoreThanTheLimit() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(bomb)) {
            out.write(pickle("("));
            byte[] nothing = "N0".repeat(1 << 15).getBytes(StandardCharsets.ISO_8859_1);
            for (int i = 0; i < 200; i++) {
                out.write(nothing);
            }
        }
        assertThat(bomb.size()).isLessThan(1 << 16);
        assertThatThrownBy(() -> read(bomb.toByteArray()))
                .isInstanceOfSatisfying(TranslationRefused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Reason.TOO_LARGE));
    }

    @Test
    void refusesAnAbsurdShape() {
        String array = "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\u0000\u0085c_codecs\nencode\n"
                + "X\u0001\u0000\u0000\u0000bX\u0006\u0000\u0000\u0000latin1\u0086R\u0087R(K\u0001"
                + "J\u00ff\u00ff\u00ff\u007fJ\u00ff\u00ff\u00ff\u007f\u0086cnumpy\ndtype\nX\u0002\u0000\u0000\u0000f8\u0085R"
                + "\u0089X\u0000\u0000\u0000\u0000tb.";
        assertThatThrownBy(() -> read(pickle(array)))
                .isInstanceOfSatisfying(TranslationRefused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Reason.DAMAGED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.9.1-lasso.pkl", "1.9.1-gmm_full.joblib", "1.2.1-kmeans.pkl"})
    void refusesOrReadsEveryMutation(String fixture) throws IOException {
        byte[] original;
        try (InputStream in = PickleFileTest.class.getResourceAsStream("/sklearn/" + fixture)) {
            original = Objects.requireNonNull(in).readAllBytes();
        }
        Random random = new Random(11);
        for (int turn = 0; turn < 400; turn++) {
            byte[] mutant = turn % 4 == 0 ? Arrays.copyOf(original, random.nextInt(original.length)) : original.clone();
            for (int change = 0; change < turn % 5 && mutant.length > 0; change++) {
                mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
            }
            Throwable thrown = catchThrowable(() -> read(mutant));
            assertThat(thrown == null || thrown instanceof TranslationRefused)
                    .as("turn %s: %s", turn, thrown)
                    .isTrue();
        }
    }
}
