package io.mlaas.kit.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RehearsalTest {

    @Test
    void endsWellWithTheFailureThatIsExpectedAndNoOther() {
        Set<String> expected = Set.of("java.net.ConnectException");
        Throwable wrapped = new IllegalStateException(new UncheckedIOException(new ConnectException("refused")));
        assertThat(Rehearsal.isExpected(wrapped, expected)).isTrue();
        assertThat(Rehearsal.isExpected(new IllegalStateException("wrong setting"), expected))
                .isFalse();
        assertThat(Rehearsal.isExpected(wrapped, Set.of(""))).isFalse();
    }
}
