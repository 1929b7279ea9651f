package io.mlaas.stack.command;

import io.mlaas.observer.Barrier;
import io.mlaas.observer.Observer;
import io.mlaas.stack.command.Terminal.Colour;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.Ports;
import io.mlaas.stack.process.StackProblem;
import io.mlaas.stack.server.PrometheusServer;
import io.mlaas.stack.supervise.Settings;
import io.mlaas.stack.supervise.StackState;
import io.mlaas.stack.supervise.StackState.Condition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Checks what the stack needs and how it is, and says how to mend each.",
            "Exit status 0 if all is well, 3 if a prerequisite is missing, 1 if something that runs is unwell."
        })
final class DoctorCommand implements Callable<Integer> {

    private static final long MEMORY_MEGABYTES = 5 * 1024;

    private enum Verdict {
        GOOD,
        WARNING,
        MISSING,
        UNWELL
    }

    private record Finding(Verdict verdict, String what, String mend) {}

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Home home = Home.find();
        Optional<StackState> running =
                StackState.read(home.state()).filter(state -> state.supervisor().isPresent());
        List<Finding> findings = new ArrayList<>();
        findings.add(jdk());
        findings.add(tool("mvn", "Maven", "install Maven 3.8 or later and put mvn on the PATH", true));
        findings.add(
                tool("npm", "npm", "install Node.js with npm (it fetches the EVM node's program)", !hasAnvil(home)));
        findings.add(prometheus(home));
        findings.add(disk(home));
        memory().ifPresent(findings::add);
        userNamespaces().ifPresent(findings::add);
        findings.add(observer(home));
        if (running.isPresent()) {
            findings.addAll(health(running.get()));
        } else {
            findings.addAll(ports());
            leftovers(home).ifPresent(findings::add);
        }
        return report(findings);
    }

    private int report(List<Finding> findings) {
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        for (Finding finding : findings) {
            String mark =
                    switch (finding.verdict()) {
                        case GOOD -> terminal.in(Colour.GREEN, "ok     ");
                        case WARNING -> terminal.in(Colour.YELLOW, "note   ");
                        case MISSING -> terminal.in(Colour.RED, "missing");
                        case UNWELL -> terminal.in(Colour.RED, "unwell ");
                    };
            terminal.line("%s  %s".formatted(mark, finding.what()));
            if (!finding.mend().isEmpty()) {
                terminal.line("         -> " + finding.mend());
            }
        }
        if (findings.stream().anyMatch(finding -> finding.verdict() == Verdict.MISSING)) {
            return StackProblem.Kind.PREREQUISITE_MISSING.exitStatus();
        }
        return findings.stream().anyMatch(finding -> finding.verdict() == Verdict.UNWELL) ? 1 : 0;
    }

    private static Finding jdk() {
        Runtime.Version version = Runtime.version();
        boolean compiler = Files.isExecutable(Path.of(System.getProperty("java.home"), "bin", "javac"));
        String what = "JDK %s in %s".formatted(version, System.getProperty("java.home"));
        return version.feature() >= 25 && compiler
                ? new Finding(Verdict.GOOD, what, "")
                : new Finding(Verdict.MISSING, what, "install a JDK 25 and set MLAAS_JAVA_HOME to it");
    }

    private static Finding tool(String command, String name, String mend, boolean needed) {
        Optional<Path> path = Home.onPath(command);
        if (path.isEmpty()) {
            return new Finding(needed ? Verdict.MISSING : Verdict.WARNING, name + ": not found", mend);
        }
        return new Finding(Verdict.GOOD, "%s %s (%s)".formatted(name, version(path.get()), path.get()), "");
    }

    private static Finding prometheus(Home home) {
        return PrometheusServer.program(home)
                .map(program ->
                        new Finding(Verdict.GOOD, "Prometheus %s (%s)".formatted(version(program), program), ""))
                .orElse(
                        new Finding(
                                Verdict.WARNING,
                                "Prometheus: not found; the stack runs without",
                                "for metrics over time and alerts install prometheus, or set MLAAS_PROMETHEUS to its program or to debian"));
    }

    private static String version(Path program) {
        try {
            Process process = new ProcessBuilder(program.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(10, TimeUnit.SECONDS);
            return said.lines()
                    .map(line -> line.replaceAll("\u001b\\[[0-9;]*m", ""))
                    .filter(line -> line.matches(".*\\d+\\.\\d+.*"))
                    .findFirst()
                    .map(line -> line.replaceAll("^[^0-9]*([0-9][0-9.]*).*$", "$1"))
                    .orElse("");
        } catch (IOException e) {
            return "(does not run: " + e.getMessage() + ")";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static boolean hasAnvil(Home home) throws IOException {
        if (System.getenv("MLAAS_ANVIL") != null || Home.onPath("anvil").isPresent()) {
            return true;
        }
        if (!Files.isDirectory(home.cache())) {
            return false;
        }
        try (var cached = Files.list(home.cache())) {
            return cached.anyMatch(file -> file.getFileName().toString().startsWith("anvil-"));
        }
    }

    private static Finding disk(Home home) throws IOException {
        Path state = Files.createDirectories(home.state());
        long free = Prerequisites.freeMegabytes(state);
        String what = "%d MB free on disk for %s".formatted(free, state);
        return free >= Prerequisites.DISK_MEGABYTES
                ? new Finding(Verdict.GOOD, what, "")
                : new Finding(
                        Verdict.MISSING, what, "make room: at least %d MB".formatted(Prerequisites.DISK_MEGABYTES));
    }

    private static Optional<Finding> memory() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemAvailable:")) {
                    long free = Long.parseLong(line.replaceAll("\\D", "")) >> 10;
                    String what = "%d MB of memory available".formatted(free);
                    return Optional.of(
                            free >= MEMORY_MEGABYTES
                                    ? new Finding(Verdict.GOOD, what, "")
                                    : new Finding(
                                            Verdict.WARNING,
                                            what,
                                            "the whole stack takes about 3 to 4 GB: end other programs, or mlaas up --without NAME"));
                }
            }
        } catch (IOException elsewhere) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static Optional<Finding> userNamespaces() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.empty();
        }
        try {
            Process process = new ProcessBuilder("unshare", "-U", "true")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            process.getInputStream().readAllBytes();
            if (process.waitFor() == 0) {
                return Optional.of(new Finding(Verdict.GOOD, "root, and user namespaces for PostgreSQL", ""));
            }
        } catch (IOException noUnshare) {
            return Optional.of(new Finding(
                    Verdict.MISSING,
                    "root, and no unshare: PostgreSQL does not run as root",
                    "install util-linux, or use another user"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.of(new Finding(
                Verdict.MISSING,
                "root, and no user namespaces: PostgreSQL does not run as root",
                "sysctl user.max_user_namespaces=10000, or use another user"));
    }

    /** Trainings can be repeated without it; why two of them differ is not looked for then. */
    private static Finding observer(Home home) throws IOException {
        Observer observer = Observer.installed(home.cache().resolve("observer"));
        if (observer.missing().isPresent()) {
            return new Finding(
                    Verdict.WARNING,
                    observer.missing().get() + "; why a repeated training differs is not examined",
                    "on Linux with glibc install a C compiler (apt install gcc libc6-dev) and build again");
        }
        if (!observer.enforced().containsAll(Set.of(Barrier.FILES, Barrier.NETWORK))) {
            return new Finding(
                    Verdict.WARNING,
                    "repeated trainings are observed, but not kept from undeclared files and the network",
                    "allow user namespaces: sysctl user.max_user_namespaces=10000");
        }
        return new Finding(Verdict.GOOD, "repeated trainings are observed, with files and network of their own", "");
    }

    private static List<Finding> ports() {
        List<Finding> findings = new ArrayList<>();
        for (Map.Entry<String, Integer> port : Settings.DEFAULT_PORTS.entrySet()) {
            if (!Ports.isFree(port.getValue())) {
                findings.add(new Finding(
                        Verdict.WARNING,
                        "port %d (%s) is taken%s"
                                .formatted(port.getValue(), port.getKey(), Ports.owner(port.getValue())),
                        "end that process, or mlaas up --port %s=0".formatted(port.getKey())));
            }
        }
        if (findings.isEmpty()) {
            findings.add(new Finding(Verdict.GOOD, "every port of the stack is free", ""));
        }
        return findings;
    }

    private static Optional<Finding> leftovers(Home home) {
        long left = StackState.read(home.state())
                .map(state -> state.members().stream()
                        .filter(member -> member.process().isPresent())
                        .count())
                .orElse(0L);
        return left == 0
                ? Optional.empty()
                : Optional.of(new Finding(
                        Verdict.UNWELL,
                        "%d processes run whose supervisor is gone".formatted(left),
                        "mlaas up goes on with them, mlaas down stops them"));
    }

    private static List<Finding> health(StackState state) {
        return state.members().stream()
                .map(member -> {
                    boolean runs = member.condition() == Condition.RUNNING
                            && member.process().isPresent();
                    String what = "%s is %s%s"
                            .formatted(
                                    member.name(),
                                    member.condition().toString().toLowerCase(java.util.Locale.ROOT),
                                    member.restarts() == 0
                                            ? ""
                                            : ", started again %d times".formatted(member.restarts()));
                    return runs
                            ? new Finding(Verdict.GOOD, what, "")
                            : new Finding(Verdict.UNWELL, what, "mlaas logs " + member.name());
                })
                .toList();
    }
}
