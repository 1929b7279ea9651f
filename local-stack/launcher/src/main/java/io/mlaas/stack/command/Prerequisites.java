package io.mlaas.stack.command;

import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.StackProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What must be true of the machine before anything is started. */
final class Prerequisites {

    /** The servers' data, logs and what is unpacked once. */
    static final long DISK_MEGABYTES = 2048;

    private Prerequisites() {}

    static void requireRoomOnDisk(Home home) throws IOException {
        Path state = Files.createDirectories(home.state());
        long free = freeMegabytes(state);
        if (free < DISK_MEGABYTES) {
            throw new StackProblem(
                    StackProblem.Kind.PREREQUISITE_MISSING,
                    "%s: %d MB free on disk (expected: >= %d MB); make room and try again"
                            .formatted(state, free, DISK_MEGABYTES));
        }
    }

    static long freeMegabytes(Path folder) throws IOException {
        return Files.getFileStore(folder).getUsableSpace() >> 20;
    }
}
