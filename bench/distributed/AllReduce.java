import io.mlaas.distributed.GlooProcessGroup;
import io.mlaas.distributed.ProcessGroup;
import io.mlaas.distributed.Rendezvous;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Time to join, and of all-reduces of 100 k and 10 M floats over the loopback: two ranks as threads, two workers. */
class AllReduce {
    public static void main(String[] args) throws Exception {
        Path store = Files.createTempDirectory("all-reduce").resolve("store");
        List<Thread> ranks = new ArrayList<>();
        for (int rank = 0; rank < 2; rank++) {
            int mine = rank;
            ranks.add(Thread.ofPlatform().start(() -> measure(mine, store)));
        }
        for (Thread rank : ranks) {
            rank.join();
        }
    }

    private static void measure(int rank, Path store) {
        long start = System.nanoTime();
        try (ProcessGroup group = GlooProcessGroup.join(
                new Rendezvous(rank, 2, new Rendezvous.Store.File(store), Duration.ofSeconds(60)))) {
            group.barrier();
            double joined = (System.nanoTime() - start) / 1e9;
            StringBuilder line = new StringBuilder(String.format("joined after %.2f s", joined));
            long barriers = System.nanoTime();
            for (int i = 0; i < 200; i++) {
                group.barrier();
            }
            line.append(String.format("; barrier %.0f us", (System.nanoTime() - barriers) / 200e3));
            for (int floats : new int[] {1, 100_000, 10_000_000}) {
                group.floats(floats);
                int times = floats > 1_000_000 ? 10 : 200;
                long began = 0;
                for (int i = -times / 5; i < times; i++) {
                    began = i == 0 ? System.nanoTime() : began;
                    group.start(new ProcessGroup.Range(0, floats));
                    group.finish();
                }
                double seconds = (System.nanoTime() - began) / 1e9 / times;
                line.append(String.format(
                        "; %d floats %.3f ms (%.2f GB/s)", floats, 1e3 * seconds, 4e-9 * floats / seconds));
            }
            group.leave();
            if (rank == 0) {
                System.out.println(line);
            }
        }
    }
}
