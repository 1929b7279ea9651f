package io.mlaas.stack.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFilesTest {

    @TempDir
    Path folder;

    @Test
    void leavesASmallLogAlone() throws IOException {
        Path log = Files.writeString(folder.resolve("a.log"), "few");
        LogFiles.rotate(log, 10);
        LogFiles.trim(log, 10);
        assertThat(log).hasContent("few");
        assertThat(folder.resolve("a.log.1")).doesNotExist();
    }

    @Test
    void aGrownLogMakesRoomBeforeAStart() throws IOException {
        Path log = Files.writeString(folder.resolve("a.log"), "too much of it");
        LogFiles.rotate(log, 10);
        assertThat(log).doesNotExist();
        assertThat(folder.resolve("a.log.1")).hasContent("too much of it");
    }

    @Test
    void aLogIsEmptiedUnderItsWriter() throws IOException {
        Path log = folder.resolve("a.log");
        try (var writer = Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            writer.write("too much of it");
            writer.flush();
            LogFiles.trim(log, 10);
            writer.write("more");
            writer.flush();
        }
        assertThat(log).hasContent("more");
        assertThat(folder.resolve("a.log.1")).hasContent("too much of it");
    }
}
