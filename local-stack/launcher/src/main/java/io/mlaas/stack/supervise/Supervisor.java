package io.mlaas.stack.supervise;

import io.mlaas.stack.process.Child;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.StackProblem;
import io.mlaas.stack.server.PrivateFile;
import io.mlaas.stack.server.Running;
import io.mlaas.stack.supervise.StackPlan.Entry;
import io.mlaas.stack.supervise.StackState.Condition;
import io.mlaas.stack.supervise.StackState.Phase;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Starts the stack, starts again what ends, writes down what runs, and stops everything. One per
 * repository: a lock on {@code .mlaas/run/lock} keeps a second one out.
 */
public final class Supervisor implements AutoCloseable {

    private static final Duration WATCH = Duration.ofSeconds(5);
    private static final int FAILED_PROBES = 4;

    private final Home home;
    private final StackPlan plan;
    private final Progress progress;
    private final FileChannel lockFile;
    private final FileLock lock;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final Map<String, Integer> failedProbes = new LinkedHashMap<>();
    private final List<Entry> entries;
    private final Optional<StackState> before;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    // Starting keeps a processor busy but also waits for disk and for others: one more than processors.
    private final StartGate heavyStarts = new StartGate(Runtime.getRuntime().availableProcessors() + 1);
    private final Map<Thread, CompletableFuture<Void>> startsUnderWay = new ConcurrentHashMap<>();
    private final CountDownLatch stopRequested = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Child self = Child.find(ProcessHandle.current().pid()).orElseThrow();
    private final NextStart nextStart;
    private boolean chainAddressKnown;
    private volatile Phase phase = Phase.STARTING;
    private volatile @Nullable StackProblem problem;

    private Supervisor(Home home, Settings settings, Progress progress, FileChannel lockFile, FileLock lock) {
        this.home = home;
        this.progress = progress;
        this.lockFile = lockFile;
        this.lock = lock;
        this.before = StackState.read(home.state());
        this.plan = new StackPlan(home, settings.withFreePortsChosen());
        this.entries = plan.entries();
        entries.forEach(entry -> members.put(entry.server().name(), new Member(entry.server())));
        this.nextStart = new NextStart(members.values(), progress, threads);
    }

    /** Empty if another supervisor is at work here. */
    public static Optional<Supervisor> tryTake(Home home, Settings settings, Progress progress) throws IOException {
        Path run = Files.createDirectories(home.state().resolve("run"));
        // The object store keeps the companies' keys in its data.
        PrivateFile.folder(home.state().resolve("data"));
        FileChannel channel =
                FileChannel.open(run.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            return Optional.empty();
        }
        return Optional.of(new Supervisor(home, settings, progress, channel, lock));
    }

    /** Returns when every member answers; whatever went wrong, everything is stopped again. */
    public void start() {
        write();
        stopMembersLeftOut();
        Map<String, CompletableFuture<Void>> starts = new LinkedHashMap<>();
        for (Entry entry : entries) {
            CompletableFuture<?>[] awaited = entry.after().stream()
                    .filter(starts::containsKey)
                    .map(starts::get)
                    .toArray(CompletableFuture<?>[]::new);
            starts.put(
                    entry.server().name(),
                    CompletableFuture.allOf(awaited).thenRunAsync(() -> startFirst(entry), threads));
        }
        try {
            awaitAllOrFirstFailure(starts);
        } catch (CompletionException e) {
            StackProblem why = problemOf(e);
            problem = why;
            progress.finished(why.getMessage());
            stop(Phase.FAILED);
            throw why;
        }
        learnChainAddress();
        phase = Phase.RUNNING;
        write();
        progress.finished(null);
        members.values().forEach(this::restartWhenItEnds);
    }

    /** Keeps watch until {@link #requestStop} is called; then stops everything. */
    public void watch() throws InterruptedException {
        while (!stopRequested.await(WATCH.toMillis(), TimeUnit.MILLISECONDS)) {
            for (Member member : members.values()) {
                probe(member);
                trim(member);
            }
            rememberChain();
            learnChainAddress();
            write();
            nextStart.improve();
        }
        stop(Phase.STOPPED);
    }

    /** Returns at once; {@link #watch} does the work. */
    public void requestStop() {
        stopRequested.countDown();
    }

    public boolean awaitStopped(Duration timeout) throws InterruptedException {
        return stopped.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    public boolean stopIsRequested() {
        return stopRequested.getCount() == 0;
    }

    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        lock.release();
        lockFile.close();
    }

    private void awaitAllOrFirstFailure(Map<String, CompletableFuture<Void>> starts) {
        CompletableFuture<Void> failed = new CompletableFuture<>();
        for (CompletableFuture<Void> start : starts.values()) {
            var unused = start.whenComplete((done, failure) -> {
                if (failure != null) {
                    failed.completeExceptionally(failure);
                }
            });
        }
        threads.execute(() -> {
            try {
                stopRequested.await();
                failed.completeExceptionally(
                        new StackProblem(StackProblem.Kind.FAILED, "stopped while it was starting"));
            } catch (InterruptedException finished) {
                Thread.currentThread().interrupt();
            }
        });
        CompletableFuture<?> all = CompletableFuture.allOf(starts.values().toArray(CompletableFuture<?>[]::new));
        CompletableFuture.anyOf(all, failed).join();
    }

    private void startFirst(Entry entry) {
        Member member = members.get(entry.server().name());
        if (member == null || stopIsRequested() || phase != Phase.STARTING) {
            return;
        }
        try {
            if (entry.heavy()) {
                heavyStarts.enter(entries.indexOf(entry));
            }
            try {
                if (!stopIsRequested() && phase == Phase.STARTING) {
                    progress.starting(member.name());
                    start(member, before.flatMap(state -> state.member(member.name())));
                }
            } finally {
                if (entry.heavy()) {
                    heavyStarts.leave();
                }
            }
        } catch (IOException | SQLException e) {
            throw new StackProblem(StackProblem.Kind.FAILED, "%s: %s".formatted(member.name(), e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackProblem(StackProblem.Kind.FAILED, member.name() + ": interrupted", e);
        }
    }

    private void start(Member member, Optional<StackState.MemberState> left) throws IOException, SQLException {
        long from = System.nanoTime();
        Running running = startInterruptibly(member, left);
        if (member.name().equals("postgres")) {
            plan.createDatabases();
        }
        if (member.name().equals("keycloak")) {
            plan.updateRealm(progress);
        }
        progress.ready(
                member.name(),
                member.server().url(),
                running.pid(),
                Duration.ofNanos(System.nanoTime() - from),
                running.adopted());
        write();
    }

    /** So that {@link #stop} finds no process half started. */
    private Running startInterruptibly(Member member, Optional<StackState.MemberState> left) throws IOException {
        CompletableFuture<Void> over = new CompletableFuture<>();
        startsUnderWay.put(Thread.currentThread(), over);
        try {
            return member.start(left, this::write);
        } finally {
            startsUnderWay.remove(Thread.currentThread());
            over.complete(null);
        }
    }

    private void restartWhenItEnds(Member member) {
        Running running = member.running();
        if (running == null) {
            return;
        }
        var unused = running.child().onExit().thenRunAsync(() -> restart(member), threads);
    }

    private void restart(Member member) {
        while (phase == Phase.RUNNING && !stopIsRequested()) {
            Duration pause = member.ended();
            String why = "ended unexpectedly; starting it again in %d s".formatted(pause.toSeconds());
            member.become(Condition.RESTARTING, why);
            progress.problem(member.name(), why);
            write();
            try {
                if (stopRequested.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                start(member, Optional.empty());
                restartWhenItEnds(member);
                return;
            } catch (IOException | SQLException | StackProblem e) {
                member.become(Condition.RESTARTING, e.getMessage());
                progress.problem(member.name(), String.valueOf(e.getMessage()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void probe(Member member) {
        Condition condition = member.condition();
        if (condition != Condition.RUNNING && condition != Condition.UNHEALTHY) {
            return;
        }
        if (member.server().answers()) {
            failedProbes.remove(member.name());
            if (condition == Condition.UNHEALTHY) {
                member.become(Condition.RUNNING, null);
            }
        } else if (failedProbes.merge(member.name(), 1, Integer::sum) == FAILED_PROBES) {
            member.become(
                    Condition.UNHEALTHY,
                    "does not answer (log: %s)".formatted(member.server().log()));
            progress.problem(member.name(), "runs but does not answer");
        }
    }

    private void trim(Member member) {
        try {
            LogFiles.trim(member.server().log(), LogFiles.LARGEST);
        } catch (IOException e) {
            progress.problem(member.name(), "log not trimmed: " + e.getMessage());
        }
    }

    private void learnChainAddress() {
        if (chainAddressKnown || !members.containsKey("blockchain") || !members.containsKey("keycloak")) {
            return;
        }
        try {
            Optional<ChainAddress> address = plan.chainAddress();
            if (address.isPresent()) {
                address.get().write(home);
                chainAddressKnown = true;
            }
        } catch (IOException | StackProblem e) {
            progress.problem("blockchain", "does not tell where the chain's directory is: " + e.getMessage());
        }
    }

    private void rememberChain() {
        try {
            plan.evm().keepCopy();
        } catch (IOException e) {
            progress.problem("evm", "state not copied: " + e.getMessage());
        }
    }

    /** What an earlier supervisor left running and this one is not told to run. */
    private void stopMembersLeftOut() {
        before.ifPresent(state -> state.members().stream()
                .filter(member -> !members.containsKey(member.name()))
                .forEach(member -> member.process().ifPresent(child -> {
                    child.terminate();
                    if (!child.awaitExit(Duration.ofSeconds(20))) {
                        child.kill();
                    }
                })));
    }

    private void stop(Phase last) {
        phase = Phase.STOPPING;
        write();
        List<CompletableFuture<Void>> interrupted = new ArrayList<>(startsUnderWay.values());
        startsUnderWay.keySet().forEach(Thread::interrupt);
        CompletableFuture.allOf(interrupted.toArray(CompletableFuture<?>[]::new))
                .join();
        // The broker takes its time and nobody waits for it.
        CompletableFuture<Void> broker = stopTogether(List.of("mqtt"));
        for (List<String> group : StackPlan.STOP_ORDER) {
            stopTogether(group.stream().filter(name -> !name.equals("mqtt")).toList())
                    .join();
        }
        broker.join();
        phase = last;
        write();
        stopped.countDown();
    }

    private CompletableFuture<Void> stopTogether(List<String> names) {
        List<CompletableFuture<Void>> stops = new ArrayList<>();
        for (String name : names) {
            Member member = members.get(name);
            if (member != null && member.running() != null) {
                stops.add(CompletableFuture.runAsync(
                        () -> {
                            member.stop();
                            progress.stopped(name);
                        },
                        threads));
            }
        }
        return CompletableFuture.allOf(stops.toArray(CompletableFuture<?>[]::new));
    }

    private static StackProblem problemOf(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof StackProblem known
                ? known
                : new StackProblem(StackProblem.Kind.FAILED, String.valueOf(cause), cause);
    }

    private synchronized void write() {
        StackProblem why = problem;
        StackState state = new StackState(
                phase,
                self.pid(),
                self.started(),
                why == null ? null : why.getMessage(),
                why == null ? 0 : why.kind().exitStatus(),
                StackPlan.NAMES.stream()
                        .map(members::get)
                        .filter(member -> member != null)
                        .map(Member::state)
                        .toList());
        try {
            state.write(home.state());
        } catch (IOException e) {
            progress.problem("supervisor", "cannot write " + StackState.file(home.state()) + ": " + e.getMessage());
        }
    }
}
