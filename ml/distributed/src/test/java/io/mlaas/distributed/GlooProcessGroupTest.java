package io.mlaas.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ranks as threads of one process, each with a real collective worker beside it. */
class GlooProcessGroupTest {
    @TempDir
    Path directory;

    private Rendezvous.Store file() {
        return new Rendezvous.Store.File(directory.resolve("rendezvous"));
    }

    private static Rendezvous.Store freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Rendezvous.Store.Tcp("127.0.0.1", socket.getLocalPort(), false, "test");
        }
    }

    private static Rendezvous rank(int rank, int size, Rendezvous.Store store) {
        return new Rendezvous(rank, size, store, Duration.ofSeconds(60));
    }

    /** Runs all ranks; the futures hold what each returned or threw. */
    private static <T> List<Future<T>> ranks(List<Rendezvous> ranks, Function<ProcessGroup, T> work) {
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Callable<T>> calls = new ArrayList<>();
            for (Rendezvous rank : ranks) {
                calls.add(() -> {
                    try (ProcessGroup group = GlooProcessGroup.join(rank)) {
                        return work.apply(group);
                    }
                });
            }
            return threads.invokeAll(calls, 100, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Throwable failure(Future<?> rank) {
        try {
            throw new AssertionError("no failure but " + rank.get());
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String collectives(ProcessGroup group) {
        int rank = group.rank();
        double[] doubles = {rank, 1, 0.1};
        group.allReduce(doubles);
        String heard = new String(
                group.broadcast(("from rank " + rank).getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
        int count = 300_000; // more memory than before, in three ranges
        FloatBuffer floats = group.floats(count).asFloatBuffer();
        for (int i = 0; i < count; i++) {
            floats.put(i, i * (rank + 1));
        }
        List<ProcessGroup.Range> ranges = ProcessGroup.Range.buckets(List.of(100_000, 100_000, 100_000), 1);
        ranges.forEach(group::start);
        ranges.forEach(range -> group.finish());
        float worst = 0;
        for (int i = 0; i < count; i++) {
            worst = Math.max(worst, Math.abs(floats.get(i) - 6f * i));
        }
        group.leave();
        return doubles[0] + " " + doubles[1] + " " + (float) doubles[2] + " " + heard + " " + worst;
    }

    @Test
    void sumsAndBroadcastsOverAFileAndOverTcp() throws Exception {
        for (Rendezvous.Store store : List.of(file(), freePort())) {
            List<Future<String>> results = ranks(
                    List.of(rank(0, 3, store), rank(1, 3, store), rank(2, 3, store)),
                    GlooProcessGroupTest::collectives);
            for (Future<String> result : results) {
                assertThat(result.get()).isEqualTo("3.0 3.0 0.3 from rank 0 0.0");
            }
        }
    }

    /** JavaCPP writes libraries in place; who maps one that is not whole dies of SIGBUS. */
    @Test
    void ranksThatAreTheFirstOnTheirMachineWaitUntilTheLibrariesAreUnpacked() throws Exception {
        String cache = "org.bytedeco.javacpp.cachedir";
        System.setProperty(cache, directory.resolve("cache").toString());
        try {
            Rendezvous.Store store = file();
            for (Future<String> result : ranks(
                    List.of(rank(0, 3, store), rank(1, 3, store), rank(2, 3, store)),
                    GlooProcessGroupTest::collectives)) {
                assertThat(result.get()).isEqualTo("3.0 3.0 0.3 from rank 0 0.0");
            }
        } finally {
            System.clearProperty(cache);
        }
    }

    @Test
    void aRankThatDiesIsNamedOnAllOthers() throws Exception {
        Rendezvous.Store store = freePort();
        List<Future<String>> results =
                ranks(List.of(rank(0, 3, store), rank(1, 3, store), rank(2, 3, store)), group -> {
                    group.barrier();
                    if (group.rank() == 1) {
                        throw new IllegalStateException("bad luck");
                    }
                    double[] sum = {1};
                    group.allReduce(sum);
                    return "not reached";
                });
        assertThat(failure(results.get(1))).hasMessage("bad luck");
        for (int rank : new int[] {0, 2}) {
            assertThat(failure(results.get(rank)))
                    .isInstanceOf(PeerFailedException.class)
                    .hasMessage("rank 1 ended before the others");
        }
    }

    @Test
    void aRankWhoseWorkerIsKilledIsNamedOnAllOthers() throws Exception {
        Rendezvous.Store store = file();
        List<Future<String>> results =
                ranks(List.of(rank(0, 3, store), rank(1, 3, store), rank(2, 3, store)), group -> {
                    group.barrier();
                    if (group.rank() == 1) {
                        ((GlooProcessGroup) group).worker().destroyForcibly();
                    }
                    double[] sum = {1};
                    group.allReduce(sum);
                    return "not reached";
                });
        assertThat(failure(results.get(1))).hasMessageStartingWith("the collective worker of rank 1 ended");
        for (int rank : new int[] {0, 2}) {
            assertThat(failure(results.get(rank)))
                    .isInstanceOf(PeerFailedException.class)
                    .hasMessageStartingWith("rank 1 does not answer");
        }
    }

    @Test
    void aRankThatIsLateIsNamed() throws Exception {
        Rendezvous.Store store = file();
        List<Rendezvous> ranks = List.of(
                new Rendezvous(0, 2, store, Duration.ofSeconds(4)),
                new Rendezvous(1, 2, store, Duration.ofSeconds(60)));
        List<Future<String>> results = ranks(ranks, group -> {
            group.barrier();
            if (group.rank() == 1) {
                assertThatThrownBy(() -> ((GlooProcessGroup) group).heard()).isInstanceOf(PeerFailedException.class);
                throw new IllegalStateException("told of it while it was busy");
            }
            group.barrier();
            return "not reached";
        });
        assertThat(failure(results.get(0)))
                .isInstanceOf(PeerFailedException.class)
                .hasMessageStartingWith("rank 1 came to collective 1 of 2 within 4 s");
        assertThat(failure(results.get(1))).hasMessage("told of it while it was busy");
    }

    @Test
    void anotherWorldSizeIsRefusedOnBothSides() {
        Rendezvous.Store store = file();
        List<Future<String>> results = ranks(List.of(rank(0, 2, store), rank(1, 3, store)), group -> {
            group.barrier();
            return "not reached";
        });
        for (Future<String> result : results) {
            assertThat(failure(result))
                    .isInstanceOf(PeerFailedException.class)
                    .hasMessage("rank 1: WORLD_SIZE: 3 (expected: 2, as rank 0 has)");
        }
    }

    @Test
    void aRankThatNeverComesIsNamed() {
        Rendezvous alone = new Rendezvous(0, 2, file(), Duration.ofSeconds(3));
        List<Future<String>> results = ranks(List.of(alone), group -> {
            group.barrier();
            return "not reached";
        });
        assertThat(failure(results.getFirst()))
                .isInstanceOf(PeerFailedException.class)
                .hasMessageStartingWith(
                        "rank 1 did not come to the rendezvous " + directory.resolve("rendezvous") + " within 3 s");
    }
}
