package io.mlaas.stack.supervise;

import io.mlaas.stack.server.Running;
import io.mlaas.stack.supervise.StackState.Condition;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/** Assembles the services' start-up caches, one at a time, once the stack has been running for a while. */
final class NextStart {

    private static final Duration SETTLED = Duration.ofSeconds(60);

    private final Collection<Member> members;
    private final Progress progress;
    private final Executor threads;
    private final Semaphore atWork = new Semaphore(1);
    private final Set<String> tried = new HashSet<>();
    private final Instant since = Instant.now();

    NextStart(Collection<Member> members, Progress progress, Executor threads) {
        this.members = members;
        this.progress = progress;
        this.threads = threads;
    }

    /** Returns at once; does at most one service, in the background. */
    void improve() {
        boolean settled = Duration.between(since, Instant.now()).compareTo(SETTLED) > 0;
        if (!settled || !atWork.tryAcquire()) {
            return;
        }
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        boolean idle = load >= 0 && load < 0.5 * Runtime.getRuntime().availableProcessors();
        threads.execute(() -> {
            try {
                for (Member member : members) {
                    if (improve(member, idle)) {
                        return;
                    }
                }
            } finally {
                atWork.release();
            }
        });
    }

    /** Whether there was something to do. Ending a recording stops the service for seconds: only when idle. */
    private boolean improve(Member member, boolean idle) {
        Running running = member.running();
        if (running == null
                || !(member.server() instanceof ServiceProgram service)
                || member.condition() != Condition.RUNNING) {
            return false;
        }
        try {
            StartUpCache cache = service.startUpCache();
            boolean ready = StartUpCache.isRecordedBy(running.child()) ? idle : cache.isRecorded();
            if (cache.isComplete() || !ready || !tried.add(member.name())) {
                return false;
            }
            cache.complete(running.child());
            return true;
        } catch (IOException e) {
            progress.problem(member.name(), "no start-up cache: " + e.getMessage());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
