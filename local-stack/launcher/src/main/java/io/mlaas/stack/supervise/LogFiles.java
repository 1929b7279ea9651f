package io.mlaas.stack.supervise;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Keeps each log within bounds: the present one and one before it. */
final class LogFiles {

    static final long LARGEST = 32L << 20;

    private LogFiles() {}

    /** Before a start: a log that has grown makes room. */
    static void rotate(Path log, long largest) throws IOException {
        if (Files.exists(log) && Files.size(log) > largest) {
            Files.move(log, previous(log), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** While a process appends to it: copied, then emptied under its hands. */
    static void trim(Path log, long largest) throws IOException {
        if (Files.exists(log) && Files.size(log) > largest) {
            Files.copy(log, previous(log), StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
        }
    }

    private static Path previous(Path log) {
        return log.resolveSibling(log.getFileName() + ".1");
    }
}
