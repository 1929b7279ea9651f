package io.mlaas.training.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeNameTest {

    @ParameterizedTest
    @CsvSource({
        "digits.csv, digits.csv",
        "Größe der Häuser.npz, Größe der Häuser.npz",
        "../../etc/passwd, passwd",
        "/etc/passwd, passwd",
        "C:\\data\\train.mat, train.mat",
        "..\\up.csv, up.csv",
        ".hidden, .hidden"
    })
    void keepsTheLastSegment(String given, String expected) {
        assertThat(SafeName.of(given, "dataset")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "...", "a/..", "a/", "\\", " ", "\n\0\r"})
    void fallsBackWhenNothingIsLeft(String given) {
        assertThat(SafeName.of(given, "dataset")).isEqualTo("dataset");
    }

    @Test
    void dropsControlCharacters() {
        assertThat(SafeName.of("a\nb\0c\u001b[31m.csv", "dataset")).isEqualTo("abc[31m.csv");
    }

    @Test
    void shortensALongNameAndKeepsItsExtension() {
        String name = SafeName.of("ä".repeat(500) + ".csv", "dataset");
        assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(200);
        assertThat(name).endsWith(".csv");
    }
}
