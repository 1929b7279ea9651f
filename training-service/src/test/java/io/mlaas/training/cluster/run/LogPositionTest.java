package io.mlaas.training.cluster.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogPositionTest {
    private static final String ALL = """
            2026-11-22T14:00:01Z one
            2026-11-22T14:00:01.5Z two
            2026-11-22T14:00:01.500000001Z three
            2026-11-22T14:00:01.500000001Z four, with spaces
            2026-11-22T14:00:02Z
            """;

    @TempDir
    private Path directory;

    private final LogPosition nothing = new LogPosition(Map.of(), -1);

    @Test
    void takesEachLineOnceWhereverItWasCutOff() {
        for (int cut = 0; cut <= 5; cut++) {
            StringBuilder fresh = new StringBuilder();
            String begin = String.join("\n", ALL.lines().limit(cut).toList());
            LogPosition.Source part = nothing.of("pod/train").readOn(begin, fresh);
            // Kubernetes gives out whole seconds: what was read comes again
            LogPosition.Source whole = part.readOn(ALL, fresh);
            assertThat(fresh.toString()).as("cut after %s", cut).isEqualTo("one\ntwo\nthree\nfour, with spaces\n\n");
            assertThat(whole.readOn(ALL, fresh)).isEqualTo(whole);
        }
    }

    @Test
    void isFoundAgain() throws IOException {
        Path note = directory.resolve("log.json");
        assertThat(LogPosition.read(note)).isEqualTo(nothing);
        LogPosition.Source source = nothing.of("a").readOn(ALL, new StringBuilder());
        LogPosition moved = nothing.with("a", source, 7).with("b", source.complete(), 9);
        moved.write(note);
        assertThat(LogPosition.read(note)).isEqualTo(moved);
        assertThat(moved.of("a").done()).isFalse();
        assertThat(moved.of("b").done()).isTrue();
    }
}
