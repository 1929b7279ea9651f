package io.mlaas.bench.monitoring;

import io.mlaas.bench.RunningStack;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Stream;

/** Processor time of a member of the stack and what it started, from a moment on. */
record Usage(RunningStack stack, String member, Duration before) {
    static Usage of(RunningStack stack, String member) {
        return new Usage(stack, member, used(stack, member));
    }

    private static Duration used(RunningStack stack, String member) {
        ProcessHandle process = stack.member(member)
                .process()
                .flatMap(child -> ProcessHandle.of(child.pid()))
                .orElseThrow();
        return Stream.concat(Stream.of(process), process.descendants())
                .map(one -> one.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }

    /** As a share of one processor. */
    String since(double seconds) {
        double used = used(stack, member).minus(before).toMillis() / 1000.0;
        return String.format(
                Locale.ROOT, "%s %.0f %% %d MiB", member, 100 * used / seconds, stack.memory(member) >> 20);
    }
}
