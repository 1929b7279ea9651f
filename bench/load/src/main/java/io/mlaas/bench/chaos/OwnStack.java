package io.mlaas.bench.chaos;

import io.mlaas.bench.RunningStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A stack on free ports with data of its own, removed afterwards unless it is to be looked at. */
final class OwnStack implements AutoCloseable {
    private static final List<String> PORTS = List.of(
            "gateway",
            "postgres",
            "kafka",
            "kafka-controller",
            "mqtt",
            "evm",
            "keycloak",
            "keycloak-management",
            "model-sharing",
            "blockchain",
            "training",
            "translation",
            "online-learning",
            "online-learning-grpc");
    private static final Duration MAY_HEAL = Duration.ofMinutes(5);

    private final Path home;
    private final Path state;

    /** @param state an empty folder; {@code mlaas.state} must name it in this process too */
    OwnStack(Path home, Path state) {
        this.home = home;
        this.state = state;
    }

    RunningStack start(int s3, List<String> settings) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("up", "--detach", "--port", "s3=" + s3));
        PORTS.forEach(name -> arguments.addAll(List.of("--port", name + "=0")));
        settings.forEach(setting -> arguments.addAll(List.of("--set", setting)));
        mlaas(arguments);
        return RunningStack.find();
    }

    /** Waits until every member is up again. */
    static void awaitHealth(RunningStack stack) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + MAY_HEAL.toNanos();
        while (!stack.healthy()) {
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        "the stack is not healthy after " + MAY_HEAL + " (mlaas status shows which member)");
            }
            Thread.sleep(Duration.ofMillis(500));
        }
    }

    private void mlaas(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("mlaas").toString());
        command.addAll(arguments);
        ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
        process.environment().put("MLAAS_STATE", state.toString());
        Path log = Files.createTempFile("mlaas-chaos", ".log");
        process.redirectOutput(log.toFile());
        int status = process.start().waitFor();
        if (status != 0) {
            throw new IOException("%s: exit %d%n%s".formatted(arguments, status, Files.readString(log)));
        }
        Files.delete(log);
    }

    @Override
    public void close() throws IOException {
        try {
            mlaas(List.of("down"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the stack was stopped", e);
        }
    }
}
