package io.mlaas.training.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressTest {
    private final Progress progress = new Progress();

    @Test
    void keepsTheLatestOfEachMember() {
        progress.accept("##mlaas {\"epoch\":1,\"epochs\":3,\"loss\":0.9}");
        progress.accept("##mlaas {\"epoch\":2,\"loss\":0.5,\"accuracy\":0.8}");
        assertThat(progress.json()).isEqualTo("{\"epoch\":2,\"epochs\":3,\"loss\":0.5,\"accuracy\":0.8}");
    }

    @Test
    void tellsTheErrorApart() {
        progress.accept("##mlaas {\"error\":\"layer 2 expects 64 inputs, gets 32\"}");
        assertThat(progress.error()).isEqualTo("layer 2 expects 64 inputs, gets 32");
        assertThat(progress.json()).isNull();
    }

    @Test
    void takesADivergedLoss() {
        assertThat(progress.accept("##mlaas {\"epoch\":1,\"loss\":NaN}")).isTrue();
        assertThat(progress.json()).isEqualTo("{\"epoch\":1,\"loss\":\"NaN\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoch 1", "##mlaas", "##mlaas {", "##mlaas [1]", "##mlaas 7", " ##mlaas {\"epoch\":1}"})
    void passesOverOrdinaryLines(String line) {
        assertThat(progress.accept(line)).isFalse();
        assertThat(progress.json()).isNull();
    }

    @Test
    void passesOverALineThatIsTooLong() {
        assertThat(progress.accept("##mlaas {\"x\":\"" + "y".repeat(5000) + "\"}"))
                .isFalse();
    }

    @Test
    void forgetsWhatAnEarlierRunTold() {
        progress.accept("##mlaas {\"epoch\":7,\"error\":\"out of memory\"}");
        progress.accept("[mlaas] " + Progress.runLine(2, "mlaas/trainer:1"));
        assertThat(progress.json()).isNull();
        assertThat(progress.error()).isNull();
    }
}
