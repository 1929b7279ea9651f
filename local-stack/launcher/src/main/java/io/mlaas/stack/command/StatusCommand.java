package io.mlaas.stack.command;

import io.mlaas.stack.command.Terminal.Colour;
import io.mlaas.stack.process.Child;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.Ports;
import io.mlaas.stack.process.StackProblem;
import io.mlaas.stack.supervise.StackState;
import io.mlaas.stack.supervise.StackState.Condition;
import io.mlaas.stack.supervise.StackState.MemberState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = {
            "Each server and service: state, port, process, memory, version.",
            "Exit status 0 if everything runs, 1 if something does not, 5 if nothing does."
        })
final class StatusCommand implements Callable<Integer> {

    @Option(names = "--json", description = "for programs")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** A member as it is at this moment, not as it was when the supervisor last wrote. */
    private record Now(MemberState written, Optional<Child> process) {

        static Now of(MemberState member) {
            return new Now(member, member.process());
        }

        String condition() {
            if (process.isEmpty() && written.condition() != Condition.WAITING) {
                return written.condition() == Condition.RUNNING ? "dead" : lower(written.condition());
            }
            boolean listens = written.ports().values().stream().allMatch(Ports::answers);
            return process.isPresent() && written.condition() == Condition.RUNNING && !listens
                    ? "not listening"
                    : lower(written.condition());
        }

        boolean runs() {
            return condition().equals("running");
        }

        long memory() {
            return process.isPresent() ? process.get().memory().orElse(0) : 0;
        }

        private static String lower(Condition condition) {
            return condition.name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public Integer call() {
        Home home = Home.find();
        StackState state = StackState.read(home.state())
                .orElseThrow(() -> new StackProblem(
                        StackProblem.Kind.NOT_RUNNING, "nothing was started yet (mlaas up starts everything)"));
        List<Now> members = state.members().stream().map(Now::of).toList();
        boolean supervised = state.supervisor().isPresent();
        boolean anyAlive = members.stream().anyMatch(member -> member.process().isPresent());
        if (json) {
            printJson(state, members, supervised);
        } else if (anyAlive || supervised) {
            print(state, members, supervised);
        } else {
            spec.commandLine().getOut().println("nothing is running (mlaas up starts everything)");
        }
        if (!anyAlive && !supervised) {
            return StackProblem.Kind.NOT_RUNNING.exitStatus();
        }
        return supervised && members.stream().allMatch(Now::runs) ? 0 : 1;
    }

    private void print(StackState state, List<Now> members, boolean supervised) {
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        terminal.line(terminal.in(
                Colour.BOLD,
                "%-14s %-13s %-13s %8s %9s  %-16s %s"
                        .formatted("NAME", "STATE", "PORTS", "PID", "MEMORY", "VERSION", "URL")));
        for (Now member : members) {
            String condition = "%-13s".formatted(member.condition());
            String ports = member.written().ports().values().stream()
                    .map(port -> Integer.toString(port))
                    .collect(Collectors.joining(","));
            terminal.line("%-14s %s %-13s %8s %9s  %-16s %s"
                    .formatted(
                            member.written().name(),
                            terminal.in(member.runs() ? Colour.GREEN : Colour.RED, condition),
                            ports,
                            member.process()
                                    .map(child -> Long.toString(child.pid()))
                                    .orElse("-"),
                            megabytes(member.memory()),
                            member.written().version(),
                            member.written().url()));
            if (member.written().problem() != null) {
                terminal.line("               " + member.written().problem());
            }
        }
        long all = members.stream().mapToLong(Now::memory).sum();
        terminal.line("");
        terminal.line("memory in all: " + megabytes(all).strip());
        terminal.line(
                supervised
                        ? "supervisor: pid %d, %s; %s"
                                .formatted(
                                        state.pid(),
                                        state.phase().name().toLowerCase(Locale.ROOT),
                                        UpCommand.entrance(state))
                        : terminal.in(
                                Colour.YELLOW,
                                "the supervisor is gone: mlaas up goes on with what is left, mlaas down stops it"));
    }

    private void printJson(StackState state, List<Now> members, boolean supervised) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("phase", supervised ? state.phase().name().toLowerCase(Locale.ROOT) : "unsupervised");
        all.put("supervisor_pid", supervised ? state.pid() : null);
        all.put(
                "members",
                members.stream()
                        .map(member -> {
                            Map<String, Object> one = new LinkedHashMap<>();
                            one.put("name", member.written().name());
                            one.put("state", member.condition());
                            one.put("ports", member.written().ports());
                            one.put("pid", member.process().map(Child::pid).orElse(null));
                            one.put("memory_bytes", member.memory());
                            one.put("version", member.written().version());
                            one.put("url", member.written().url());
                            one.put("log", member.written().log());
                            one.put("restarts", member.written().restarts());
                            one.put("start_millis", member.written().startMillis());
                            one.put("problem", member.written().problem());
                            return one;
                        })
                        .toList());
        spec.commandLine()
                .getOut()
                .println(JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(all));
    }

    private static String megabytes(long bytes) {
        return bytes == 0 ? "-" : (bytes >> 20) + " MB";
    }
}
