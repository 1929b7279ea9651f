package io.mlaas.training.runner.container;

import io.mlaas.training.runner.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * Who a program is in its container, never root.
 *
 * @param configured {@code UID:GID}, or null for whoever owns the job's directory
 */
record ProgramUser(@Nullable String configured) {
    private static final int ROOT = 0;
    private static final String NOBODY = "65534:65534";

    /** Lets him write into the output directory; nobody else on the machine gets through the job's own directory. */
    String readyFor(Run run) throws IOException {
        Path output = run.workspace().output();
        int owner = (int) Files.getAttribute(output, "unix:uid");
        int group = (int) Files.getAttribute(output, "unix:gid");
        String own = owner + ":" + group;
        String user = configured != null ? configured : owner == ROOT ? NOBODY : own;
        if (!user.equals(own)) {
            Files.setPosixFilePermissions(output, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        return user;
    }
}
