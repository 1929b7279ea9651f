package io.mlaas.training.runner.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputLogTest {
    private static final String NOTE = "[mlaas] attempt 1\n";

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void makeALog() throws IOException {
        file = Files.writeString(directory.resolve("job.log"), NOTE);
    }

    private OutputLog log(int limit) throws IOException {
        return new OutputLog(file, NOTE.length(), limit);
    }

    private static void give(OutputLog log, String output) throws IOException {
        log.accept(output.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void addsWhatIsMissingWhenItBeginsAgain() throws IOException {
        give(log(1000), "one\ntwo\nth");
        OutputLog again = log(1000);
        give(again, "one\nt");
        give(again, "wo\nthree\n");
        again.complete();
        assertThat(file).hasContent(NOTE + "one\ntwo\nthree\n");
    }

    @Test
    void writesNothingAfterItWasBrokenOff() throws IOException {
        OutputLog log = log(1000);
        give(log, "one\n");
        log.close();
        give(log, "two\n");
        log.complete();
        assertThat(file).hasContent(NOTE + "one\n");
    }

    @Test
    void keepsBeginningAndEndOnceHoweverOftenItIsCompleted() throws IOException {
        String output = "beginning" + "x".repeat(100_000) + "end";
        for (int i = 0; i < 2; i++) {
            OutputLog log = log(9);
            give(log, output);
            log.complete();
        }
        String expected =
                NOTE + "beginning\n[mlaas] the output is longer than its limit: the middle is left out here\n";
        assertThat(Files.readString(file))
                .startsWith(expected)
                .endsWith("xxend")
                .hasSize(expected.length() + 64 * 1024);
    }
}
