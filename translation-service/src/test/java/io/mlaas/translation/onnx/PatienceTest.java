package io.mlaas.translation.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private static final Duration USUAL = Duration.ofSeconds(2);

    @Test
    void waitsAsLongAsTheRequestPrefers() {
        assertThat(Patience.of(null, USUAL)).isEqualTo(USUAL);
        assertThat(Patience.of("return=minimal", USUAL)).isEqualTo(USUAL);
        assertThat(Patience.of("respond-async", USUAL)).isZero();
        assertThat(Patience.of("respond-async, wait=10", USUAL)).hasSeconds(10);
        assertThat(Patience.of("wait=7", USUAL)).hasSeconds(7);
    }

    @Test
    void waitsForAMinuteAtMost() {
        assertThat(Patience.of("wait=9999", USUAL)).hasSeconds(60);
        assertThat(Patience.of("wait=99999", USUAL)).isEqualTo(USUAL);
    }
}
