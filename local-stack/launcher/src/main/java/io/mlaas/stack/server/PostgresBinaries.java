package io.mlaas.stack.server;

import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.StackProblem;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** PostgreSQL's programs, from the archive on our classpath, unpacked once into the cache. */
final class PostgresBinaries {

    private static final String ARCHIVE = "/postgres-linux-x86_64.txz";
    private static final Pattern VERSION = Pattern.compile("amd64-([0-9.]+)\\.jar!");

    private PostgresBinaries() {}

    /** As the archive's file is named. */
    static String version() {
        URL archive = PostgresBinaries.class.getResource(ARCHIVE);
        Matcher version = VERSION.matcher(archive == null ? "" : archive.toString());
        return version.find() ? version.group(1) : "unknown";
    }

    /** The folder with {@code bin}, {@code lib}, {@code share}. */
    static Path unpacked(Home home) throws IOException {
        Path folder = home.cache().resolve("postgresql-" + version());
        if (Files.isDirectory(folder)) {
            return folder;
        }
        String machine = System.getProperty("os.name") + "/" + System.getProperty("os.arch");
        if (!machine.toLowerCase(Locale.ROOT).matches("linux/(amd64|x86_64)")) {
            throw new StackProblem(
                    StackProblem.Kind.PREREQUISITE_MISSING,
                    "postgres: no PostgreSQL is packaged for %s (expected: Linux/amd64)".formatted(machine));
        }
        try (InputStream raw = PostgresBinaries.class.getResourceAsStream(ARCHIVE)) {
            if (raw == null) {
                throw new StackProblem(
                        StackProblem.Kind.PREREQUISITE_MISSING,
                        "postgres: %s is not on the classpath (build with ./mlaas up)".formatted(ARCHIVE));
            }
            Unpacked.tar(new XZCompressorInputStream(new BufferedInputStream(raw)), folder);
        }
        return folder;
    }
}
