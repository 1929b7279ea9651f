package io.mlaas.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.onnx.TranslationOptions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GivenOptionsTest {
    private static GivenOptions shapes(String... shapes) {
        return new GivenOptions(List.of(shapes), List.of(), false, false);
    }

    @Test
    void sayTheSameInTheSameWords() {
        GivenOptions one = new GivenOptions(List.of("b=3", " a=time:12,4"), List.of("a=int64"), true, true);
        GivenOptions other = new GivenOptions(List.of("a=time:12,4 ", "b=3"), List.of("a=int64"), true, true);

        assertThat(one).isEqualTo(other);
        assertThat(GivenOptions.parse(one.text())).isEqualTo(one);
        assertThat(GivenOptions.NONE.text()).isEmpty();
        assertThat(GivenOptions.parse("")).isEqualTo(GivenOptions.NONE);
    }

    @Test
    void areOptionsOfTheTranslation() {
        assertThat(new GivenOptions(List.of("3,4"), List.of(), true, true).applyTo(TranslationOptions.DEFAULT))
                .isEqualTo(TranslationOptions.DEFAULT
                        .withInputShape(3, 4)
                        .withFloat64(true)
                        .withDynamicBatch(false));
        assertThat(GivenOptions.NONE.applyTo(TranslationOptions.DEFAULT)).isEqualTo(TranslationOptions.DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"many", "3,,4", "0", "-1", "time:12", "x=batch:3", "x=3\nfloat64"})
    void nameAShapeThatIsNone(String shape) {
        GivenOptions given = shapes(shape);
        assertThatThrownBy(() -> given.applyTo(TranslationOptions.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: ");
    }
}
