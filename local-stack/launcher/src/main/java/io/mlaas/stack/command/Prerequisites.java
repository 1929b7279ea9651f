package io.mlaas.stack.command;

import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.Ports;
import io.mlaas.stack.process.StackProblem;
import io.mlaas.stack.supervise.Settings;
import io.mlaas.stack.supervise.StackState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

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

    /** Before anything is started, so that a port that is taken is not found out half a minute later; all of them at once. */
    static void requireFreePorts(Home home, Settings settings) {
        Set<Integer> ours = StackState.read(home.state()).stream()
                .flatMap(state -> state.members().stream())
                .filter(member -> member.process().isPresent())
                .flatMap(member -> member.ports().values().stream())
                .collect(Collectors.toSet());
        List<String> taken = new ArrayList<>();
        StringBuilder others = new StringBuilder("mlaas up");
        settings.usedPorts().forEach((name, port) -> {
            if (port != 0 && !ours.contains(port) && !Ports.isFree(port)) {
                taken.add("port %d (%s) is taken%s".formatted(port, name, Ports.owner(port)));
                others.append(" --port ").append(name).append("=0");
            }
        });
        if (!taken.isEmpty()) {
            throw new StackProblem(
                    StackProblem.Kind.PORT_TAKEN,
                    "%s; end what has %s, or choose others: %s"
                            .formatted(String.join("; ", taken), taken.size() == 1 ? "it" : "them", others));
        }
    }

    static long freeMegabytes(Path folder) throws IOException {
        return Files.getFileStore(folder).getUsableSpace() >> 20;
    }
}
