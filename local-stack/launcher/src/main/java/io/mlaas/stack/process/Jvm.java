package io.mlaas.stack.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The Java runtime we run on, which is also the children's. */
public final class Jvm {

    private Jvm() {}

    public static Path home() {
        return Path.of(System.getProperty("java.home"));
    }

    public static Path java() {
        return home().resolve("bin").resolve("java");
    }

    /** A small Java process: {@code megabytes} of heap, one collector thread. */
    public static List<String> command(int megabytes, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                java().toString(),
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-XX:+ExitOnOutOfMemoryError",
                "-Xms16m",
                "-Xmx" + megabytes + "m",
                "-Djava.net.preferIPv4Stack=true",
                "-Dfile.encoding=UTF-8",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(List.of(arguments));
        return command;
    }
}
