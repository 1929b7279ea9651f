package io.mlaas.observer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Runs a program as training-service does: directories of its own, each time others, and its digest is that of its output. */
final class Job implements Trial {
    private static final long PATIENCE_SECONDS = 300;

    private final Observer observer;
    private final Path root;
    private final List<String> command;
    private final Map<String, String> variables;
    private int runs;
    Observations observations = new Observations(List.of());
    List<Undeclared> undeclared = List.of();

    Job(Observer observer, Path root, List<String> command, Map<String, String> variables) {
        this.observer = observer;
        this.root = root;
        this.command = command;
        this.variables = variables;
    }

    @Override
    public String outcomeUnder(Set<Factor> pinned) throws IOException, InterruptedException {
        return run(pinned, true);
    }

    String unobserved() throws IOException, InterruptedException {
        return run(Set.of(), false);
    }

    private String run(Set<Factor> pinned, boolean observed) throws IOException, InterruptedException {
        Path workspace = Files.createDirectories(root.resolve("run-" + ++runs));
        Path input = Files.createDirectories(workspace.resolve("input"));
        Path output = Files.createDirectories(workspace.resolve("output"));
        Files.createDirectories(input.resolve("dataset"));
        Files.writeString(input.resolve("dataset/rows.csv"), "1,2\n2,3.5\n3,6.5\n4,8\n");
        Path log = root.resolve("observed-" + runs);
        Observer.prepare(log);
        Declared declared = Declared.of(command, Map.of(), List.of(), List.of(input), List.of(workspace));
        List<String> whole = new ArrayList<>();
        if (observed) {
            whole.addAll(observer.conditions(pinned, log, declared).prefix());
        }
        whole.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(whole)
                .directory(workspace.toFile())
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("log-" + runs).toFile());
        Map<String, String> environment = new LinkedHashMap<>(variables);
        environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
        environment.put("HOME", workspace.toString());
        environment.put("MLAAS_INPUT_DIR", input.toString());
        environment.put("MLAAS_OUTPUT_DIR", output.toString());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return "it did not end";
        }
        observations = Observations.read(log);
        undeclared = observations.undeclared(declared);
        if (process.exitValue() != 0) {
            return "exit " + process.exitValue() + ": "
                    + Files.readString(root.resolve("log-" + runs), StandardCharsets.UTF_8);
        }
        return digest(output);
    }

    private static String digest(Path output) throws IOException {
        try (var files = Files.list(output)) {
            List<Path> results =
                    files.filter(file -> !file.endsWith("metrics.json")).toList();
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(results.getFirst())));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
