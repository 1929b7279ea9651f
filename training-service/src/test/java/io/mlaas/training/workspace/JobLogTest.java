package io.mlaas.training.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobLogTest {
    @TempDir
    Path directory;

    @Test
    void isEmptyBeforeThereIsAFile() throws IOException {
        assertThat(new JobLog(file(), 0).next()).isEmpty();
        assertThat(JobLog.tail(file(), 10, 100)).isEmpty();
    }

    @Test
    void givesALineOutWhenItIsComplete() throws IOException {
        JobLog log = new JobLog(file(), 0);
        append("one\ntw");
        assertThat(log.next()).containsExactly("one");
        assertThat(log.position()).isEqualTo(4);
        assertThat(log.next()).isEmpty();
        append("o\nthree");
        assertThat(log.next()).containsExactly("two");
        assertThat(log.rest()).containsExactly("three");
    }

    @Test
    void goesOnWhereAnotherReaderStopped() throws IOException {
        append("one\ntwo\nthree\n");
        JobLog first = new JobLog(file(), 0);
        first.next();
        append("four\n");
        assertThat(new JobLog(file(), first.position()).next()).containsExactly("four");
    }

    @Test
    void readsALogThatIsLargerThanItsBuffer() throws IOException {
        List<String> lines =
                IntStream.range(0, 30_000).mapToObj(i -> "línea " + i).toList();
        append(String.join("\n", lines) + "\n");
        JobLog log = new JobLog(file(), 0);
        List<String> read = new ArrayList<>();
        for (List<String> next = log.next(); !next.isEmpty(); next = log.next()) {
            read.addAll(next);
        }
        assertThat(read).isEqualTo(lines);
    }

    @Test
    void givesAnEndlessLineOutInPieces() throws IOException {
        append("x".repeat(200_000));
        JobLog log = new JobLog(file(), 0);
        int length = 0;
        for (List<String> next = log.next(); !next.isEmpty(); next = log.next()) {
            length += next.stream().mapToInt(String::length).sum();
        }
        length += log.rest().stream().mapToInt(String::length).sum();
        assertThat(length).isEqualTo(200_000);
    }

    @Test
    void endsWithTheLastLines() throws IOException {
        append("one\ntwo\nthree\nfour");
        assertThat(JobLog.tail(file(), 2, 1000)).containsExactly("three", "four");
        assertThat(JobLog.tail(file(), 9, 6)).containsExactly("e", "four");
    }

    private Path file() {
        return directory.resolve("job.log");
    }

    private void append(String text) throws IOException {
        Files.writeString(file(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
