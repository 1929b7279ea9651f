package io.mlaas.stack.command;

import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.StackProblem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "logs", mixinStandardHelpOptions = true, description = "What a server or service has logged.")
final class LogsCommand implements Callable<Integer> {

    private static final long POLL_MILLIS = 200;

    @Parameters(paramLabel = "SERVICE", description = "as mlaas status names it; supervisor for the supervisor")
    @SuppressWarnings("NullAway.Init")
    private String service;

    @Option(
            names = {"-f", "--follow"},
            description = "go on as it is written, until ^C")
    private boolean follow;

    @Option(
            names = {"-n", "--lines"},
            defaultValue = "100",
            description = "how many of the last lines (default: ${DEFAULT-VALUE})")
    private int lines;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (lines < 0) {
            throw new IllegalArgumentException("--lines: %d (expected: >= 0)".formatted(lines));
        }
        Path folder = Home.find().state().resolve("logs");
        Path log = folder.resolve(service.replaceAll("-(service|api)$", "") + ".log");
        if (!log.normalize().startsWith(folder) || !Files.isRegularFile(log)) {
            throw new StackProblem(
                    StackProblem.Kind.FAILED, "no log of %s (there are: %s)".formatted(service, present(folder)));
        }
        PrintWriter out = spec.commandLine().getOut();
        long end = tail(log, out);
        while (follow && !out.checkError()) {
            Thread.sleep(POLL_MILLIS);
            end = more(log, end, out);
        }
        return 0;
    }

    private long tail(Path log, PrintWriter out) throws IOException {
        byte[] all = Files.readAllBytes(log);
        List<String> every = new String(all, StandardCharsets.UTF_8).lines().toList();
        every.subList(Math.max(0, every.size() - lines), every.size()).forEach(out::println);
        out.flush();
        return all.length;
    }

    private static long more(Path log, long from, PrintWriter out) throws IOException {
        long size = Files.size(log);
        // A shorter file was emptied or begun anew.
        long start = size < from ? 0 : from;
        if (size > start) {
            try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
                file.seek(start);
                byte[] bytes = new byte[(int) Math.min(size - start, 1 << 20)];
                file.readFully(bytes);
                out.print(new String(bytes, StandardCharsets.UTF_8));
                out.flush();
                return start + bytes.length;
            }
        }
        return start;
    }

    private static String present(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return "none yet";
        }
        try (Stream<Path> files = Files.list(folder)) {
            return String.join(
                    ", ",
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".log"))
                            .map(name -> name.replace(".log", ""))
                            .sorted()
                            .toList());
        }
    }
}
