package io.mlaas.sharing.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.kit.problem.ProblemException;
import org.junit.jupiter.api.Test;

/** The examples of RFC 9110, section 14.1.2, for a file of 10,000 bytes, and what is wrong. */
class ByteRangeTest {
    @Test
    void readsTheExamplesOfTheStandard() {
        assertThat(ByteRange.parse("bytes=0-499", 10_000)).isEqualTo(new ByteRange(0, 499));
        assertThat(ByteRange.parse("bytes=500-999", 10_000)).isEqualTo(new ByteRange(500, 999));
        assertThat(ByteRange.parse("bytes=-500", 10_000)).isEqualTo(new ByteRange(9500, 9999));
        assertThat(ByteRange.parse("bytes=9500-", 10_000)).isEqualTo(new ByteRange(9500, 9999));
        assertThat(ByteRange.parse("BYTES=0-0", 10_000)).isEqualTo(new ByteRange(0, 0));
        assertThat(ByteRange.parse("bytes=0-99999999", 10_000)).isEqualTo(new ByteRange(0, 9999));
        assertThat(ByteRange.parse("bytes=-99999999", 10_000)).isEqualTo(new ByteRange(0, 9999));
    }

    @Test
    void answersTheWholeToWhatIsNoSingleRange() {
        assertThat(ByteRange.parse(null, 10)).isNull();
        assertThat(ByteRange.parse("bytes=0-1,3-4", 10)).isNull();
        assertThat(ByteRange.parse("lines=0-1", 10)).isNull();
        assertThat(ByteRange.parse("bytes=-", 10)).isNull();
        assertThat(ByteRange.parse("bytes=5-2", 10)).isNull();
        assertThat(ByteRange.parse("bytes=x-2", 10)).isNull();
        assertThat(ByteRange.parse("bytes=99999999999999999999-", 10)).isNull();
    }

    @Test
    void refusesWhatLiesBehindTheEnd() {
        assertThatThrownBy(() -> ByteRange.parse("bytes=10-", 10)).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> ByteRange.parse("bytes=-0", 10)).isInstanceOf(ProblemException.class);
    }
}
