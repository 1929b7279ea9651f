package io.mlaas.stack.command;

import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.StackProblem;
import io.mlaas.stack.supervise.StackState;
import java.net.URI;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The stack of this clone, once it runs. */
record RunningStack(StackState state) {

    /** Starts what is not running, as {@code mlaas up --detach} does. */
    static RunningStack up(Home home, CommandSpec spec) {
        int status = new CommandLine(new UpCommand())
                .setOut(spec.commandLine().getOut())
                .setErr(spec.commandLine().getErr())
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    throw failure;
                })
                .execute("--detach");
        if (status != 0) {
            throw new StackProblem(StackProblem.Kind.FAILED, "the stack did not start (./mlaas doctor may know why)");
        }
        return new RunningStack(StackState.read(home.state()).orElseThrow());
    }

    URI gateway() {
        return URI.create("http://localhost:" + member("gateway").ports().get("http"));
    }

    /** A server or service that runs. */
    StackState.MemberState member(String name) {
        return state.member(name)
                .orElseThrow(() -> new StackProblem(
                        StackProblem.Kind.NOT_RUNNING, "%s was left out (mlaas down, then mlaas up)".formatted(name)));
    }
}
