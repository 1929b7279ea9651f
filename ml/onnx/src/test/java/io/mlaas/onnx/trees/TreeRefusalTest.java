package io.mlaas.onnx.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.onnx.OnnxTranslator;
import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeRefusalTest {
    @TempDir
    Path folder;

    @Test
    void refusesALinearLeafOfAFeatureThatDoesNotExist() throws IOException {
        Path file = changed("lgb_linear.model.txt", "leaf_features=0  0 1 ", "leaf_features=0  0 77 ");
        refuses(() -> new OnnxTranslator().open(file), Reason.DAMAGED, "leaf_features: 77");
    }

    @Test
    void refusesAnUnknownObjectiveByName() throws IOException {
        Path file = changed("xgb_binary.model.json", "\"binary:logistic\"", "\"user:own\"");
        try (SourceModel model = new OnnxTranslator().open(file)) {
            assertThat(model.unsupported().getFirst().what()).isEqualTo("objective user:own");
        }
    }

    @Test
    void refusesNodesThatAreNoTree() throws IOException {
        Path file = changed("xgb_binary.model.json", "\"left_children\":[1,", "\"left_children\":[0,");
        refuses(() -> new OnnxTranslator().open(file), Reason.DAMAGED, "tree 0, node 0", "another parent");
    }

    @Test
    void refusesAFeatureThatDoesNotExist() throws IOException {
        Path file = changed("lgb_huber.model.txt", "max_feature_idx=4", "max_feature_idx=1");
        refuses(() -> new OnnxTranslator().open(file), Reason.DAMAGED, "feature", "expected: one of 2");
    }

    @Test
    void refusesATreeThatWouldExhaustTheStackOfTheRuntime() {
        int depth = 3000;
        Tree.Builder chain = new Tree.Builder(2 * depth + 1);
        for (int i = 0; i < depth; i++) {
            chain.leaf(2 * i + 1, 1).split(2 * i, Tree.Test.LESS, 0, i, false, 2 * i + 1, 2 * i + 2);
        }
        chain.leaf(2 * depth, 0);
        refuses(() -> chain.build("tree 7", 1, 1), Reason.TOO_LARGE, "tree 7", "2000");
    }

    @Test
    void refusesALeafThatIsNoNumber() throws IOException {
        Path file = changed("lgb_stump.model.txt", "leaf_value=", "leaf_value=nan ");
        refuses(() -> new OnnxTranslator().open(file), Reason.DAMAGED, "leaf_value");
    }

    @Test
    void refusesAFileBeyondTheLimit() {
        refuses(
                () -> new OnnxTranslator(new ReadLimits(10, 1000, 1000))
                        .open(TreeFixtures.path("xgb_binary.model.json")),
                Reason.TOO_LARGE,
                "1000");
    }

    @Test
    void refusesAnArrayThatClaimsMoreThanTheFileHas() {
        byte[] claim = {'{', 'i', 1, 'a', '[', '$', 'd', '#', 'l', 127, 0, 0, 0};
        refuses(() -> UbjReader.read(java.nio.ByteBuffer.wrap(claim)), Reason.DAMAGED, "a length of 2130706432");
    }

    @Test
    void refusesNestingWithoutEnd() {
        byte[] nested = new byte[100_000];
        Arrays.fill(nested, (byte) '[');
        refuses(() -> UbjReader.read(java.nio.ByteBuffer.wrap(nested)), Reason.TOO_LARGE, "nesting");
    }

    /** Whatever bytes change, a model is read, or refused with a reason. */
    @ParameterizedTest
    @ValueSource(strings = {"xgb_categories_ubj.model.ubj", "xgb_dart.model.json", "lgb_categories.model.txt"})
    void survivesDamage(String fixture) throws IOException {
        byte[] whole = Files.readAllBytes(TreeFixtures.path(fixture));
        Random random = new Random(4);
        Path file = folder.resolve(fixture);
        for (int i = 0; i < 150; i++) {
            byte[] damaged = i % 3 == 0 ? Arrays.copyOf(whole, 40 + random.nextInt(whole.length - 40)) : whole.clone();
            for (int k = 0; k < 1 + i % 4; k++) {
                damaged[30 + random.nextInt(damaged.length - 30)] =
                        (byte) (i % 2 == 0 ? '0' + random.nextInt(10) : random.nextInt(256));
            }
            Files.write(file, damaged);
            try (SourceModel model = new OnnxTranslator().open(file)) {
                if (model.unsupported().isEmpty()) {
                    model.translate(TranslationOptions.DEFAULT);
                }
            } catch (TranslationRefused refused) {
                assertThat(refused.reason()).isNotNull();
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }

    private Path changed(String fixture, String from, String to) throws IOException {
        String text = Files.readString(TreeFixtures.path(fixture), StandardCharsets.UTF_8);
        assertThat(text).contains(from);
        return Files.writeString(folder.resolve(fixture), text.replace(from, to));
    }

    private static void refuses(ThrowingCallable call, Reason reason, String... words) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TranslationRefused.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContainingAll(words);
    }
}
