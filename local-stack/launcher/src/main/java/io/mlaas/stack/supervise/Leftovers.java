package io.mlaas.stack.supervise;

import io.mlaas.stack.process.Child;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.supervise.StackState.MemberState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Processes whose supervisor is gone. */
public final class Leftovers {

    private static final Duration GRACE = Duration.ofSeconds(20);

    private Leftovers() {}

    /** Stops them, those that depend on others first; returns their names. */
    public static List<String> stop(Home home, Consumer<String> stopping) {
        List<String> names = new ArrayList<>();
        for (List<String> group : StackPlan.STOP_ORDER) {
            Map<String, Child> left = new LinkedHashMap<>();
            for (MemberState member : members(home)) {
                if (group.contains(member.name())) {
                    member.process().ifPresent(child -> left.put(member.name(), child));
                }
            }
            left.keySet().forEach(stopping);
            left.values().parallelStream().forEach(Leftovers::end);
            names.addAll(left.keySet());
        }
        return names;
    }

    /** Members that run, those that depend on others first. */
    public static List<Child> running(Home home) {
        List<Child> running = new ArrayList<>();
        for (List<String> group : StackPlan.STOP_ORDER) {
            for (MemberState member : members(home)) {
                if (group.contains(member.name())) {
                    member.process().ifPresent(running::add);
                }
            }
        }
        return running;
    }

    public static boolean anyAlive(Home home) {
        return members(home).stream().anyMatch(member -> member.process().isPresent());
    }

    private static List<MemberState> members(Home home) {
        return StackState.read(home.state()).map(StackState::members).orElse(List.of());
    }

    // PostgreSQL waits on SIGTERM for its clients; by now it has none.
    private static void end(Child child) {
        child.terminate();
        if (!child.awaitExit(GRACE)) {
            child.kill();
            child.awaitExit(GRACE);
        }
    }
}
