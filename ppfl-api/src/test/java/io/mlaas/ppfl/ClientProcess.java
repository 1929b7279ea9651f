package io.mlaas.ppfl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A data owner's program in a process of its own, with a share of the digits. */
final class ClientProcess implements AutoCloseable {
    private static final Path DIGITS = Path.of("..", "demo", "digits", "digits.csv");

    private final Path folder;
    private Process process;

    private ClientProcess(Path folder) {
        this.folder = folder;
    }

    /**
     * @param kit as the platform gave it
     * @param from first row of the digits
     */
    static ClientProcess start(Path parent, String name, String kit, int from, int to, String... more)
            throws IOException {
        Path folder = Files.createDirectories(parent.resolve(name));
        Files.writeString(folder.resolve("kit.json"), kit);
        List<String> digits = Files.readAllLines(DIGITS);
        List<String> share = new ArrayList<>(List.of(digits.getFirst()));
        share.addAll(digits.subList(1 + from, 1 + to));
        Files.write(folder.resolve("shard.csv"), share);
        ClientProcess client = new ClientProcess(folder);
        client.start(more);
        return client;
    }

    /** Begins again, where it was. */
    void start(String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx300m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.mlaas.ppfl.client.Client",
                "join",
                folder.resolve("kit.json").toString(),
                "--data",
                folder.resolve("shard.csv").toString(),
                "--state",
                folder.resolve("state").toString()));
        command.addAll(List.of(more));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
    }

    String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    Path state() {
        return folder.resolve("state");
    }

    /** As SIGKILL does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    int exit() throws InterruptedException, IOException {
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            throw new AssertionError("the client does not end:\n" + log());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
