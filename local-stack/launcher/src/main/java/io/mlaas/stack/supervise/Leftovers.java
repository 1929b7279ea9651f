package io.mlaas.stack.supervise;

import io.mlaas.stack.process.Child;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.supervise.StackState.MemberState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Processes whose supervisor is gone. */
public final class Leftovers {

    private static final Duration GRACE = Duration.ofSeconds(20);

    private Leftovers() {}

    /** Stops them, those that depend on others first; returns their names. */
    public static List<String> stop(Home home, Consumer<String> stopping) {
        List<String> names = new ArrayList<>();
        for (MemberState member : members(home).reversed()) {
            member.process().ifPresent(child -> {
                names.add(member.name());
                stopping.accept(member.name());
                end(child, member.name());
            });
        }
        return names;
    }

    public static boolean anyAlive(Home home) {
        return members(home).stream().anyMatch(member -> member.process().isPresent());
    }

    private static List<MemberState> members(Home home) {
        return StackState.read(home.state()).map(StackState::members).orElse(List.of());
    }

    // By now nobody is connected to PostgreSQL, which on SIGTERM waits for its clients.
    private static void end(Child child, String name) {
        child.terminate();
        if (!child.awaitExit(GRACE)) {
            child.kill();
            child.awaitExit(Duration.ofSeconds(name.equals("postgres") ? 20 : 5));
        }
    }
}
