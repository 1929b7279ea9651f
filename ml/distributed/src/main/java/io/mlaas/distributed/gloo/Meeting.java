package io.mlaas.distributed.gloo;

import io.mlaas.distributed.PeerFailedException;
import io.mlaas.distributed.Rendezvous;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.FileStore;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.bytedeco.pytorch.gloo.Device;
import org.jspecify.annotations.Nullable;

/**
 * Where the ranks meet, part, and find out who is missing. Gloo's errors name a socket, and only the neighbours of a rank
 * that died get one soon. So whoever gets one calls the roll in the rendezvous store; all ranks look there several times a
 * second, say that they are here, and name who does not.
 */
final class Meeting {
    private static final long LOOK_MILLIS = 100;
    private static final long ROLL_CALL_MILLIS = 2000;
    private static final String FAILED = "failed";
    private static final String ROLL_CALL = "?";

    private final Rendezvous rendezvous;
    private final AtomicLong collectives = new AtomicLong();
    private @Nullable Store store;
    private @Nullable ProcessGroupGloo group;
    private volatile boolean met;
    private volatile boolean parting;

    Meeting(Rendezvous rendezvous) {
        this.rendezvous = rendezvous;
    }

    int rank() {
        return rendezvous.rank();
    }

    /** Whether the rendezvous goes when this worker goes. */
    boolean host() {
        return rank() == 0 && rendezvous.store() instanceof Rendezvous.Store.Tcp tcp && !tcp.hosted();
    }

    ProcessGroupGloo group() {
        return Objects.requireNonNull(group);
    }

    /** Counts the collectives that this rank has begun. */
    void next() {
        collectives.incrementAndGet();
    }

    /** @param failed told once when another rank has failed */
    void open(Consumer<String> failed) {
        Store connected;
        try {
            connected = connect(host());
        } catch (RuntimeException e) {
            throw new PeerFailedException("rank " + rank() + " cannot reach the rendezvous " + place() + ": "
                    + firstLine(e) + " (expected: rank 0 there)");
        }
        Store watched = connect(false);
        store = watched;
        Thread.ofPlatform().daemon().name("watch").start(() -> watch(watched, failed));
        introduce(watched);
        ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create_default(timeout());
        options.devices(new GlooDeviceVector(device()));
        options.threads(1);
        group = new ProcessGroupGloo(
                new PrefixStore("gloo", connected), rendezvous.rank(), rendezvous.worldSize(), options);
        met = true;
    }

    private Milliseconds timeout() {
        return new Milliseconds(rendezvous.timeout().toMillis());
    }

    private Store connect(boolean host) {
        return switch (rendezvous.store()) {
            case Rendezvous.Store.File file -> new FileStore(file.path().toString(), rendezvous.worldSize());
            case Rendezvous.Store.Tcp tcp -> {
                TCPStoreOptions options = new TCPStoreOptions()
                        .port((short) tcp.port())
                        .isServer(host)
                        .waitWorkers(false)
                        .useLibUV(false)
                        .timeout(timeout());
                yield new PrefixStore(tcp.prefix(), new TCPStore(tcp.host(), options));
            }
        };
    }

    private String place() {
        return switch (rendezvous.store()) {
            case Rendezvous.Store.File file -> file.path().toString();
            case Rendezvous.Store.Tcp tcp -> tcp.host() + ":" + tcp.port();
        };
    }

    /** Refuses ranks that do not belong together before they wait for one another. */
    private void introduce(Store shared) {
        int size = rendezvous.worldSize();
        if (rank() == 0) {
            shared.set("world", Integer.toString(size));
        }
        await(shared, "world", "rank 0");
        String world = shared.get_to_str("world");
        if (!world.equals(Integer.toString(size))) {
            refuse("rank " + rank() + ": WORLD_SIZE: " + size + " (expected: " + world + ", as rank 0 has)");
        }
        if (shared.add("rank/" + rank(), 1) != 1) {
            refuse("RANK: " + rank() + " (expected: each rank once; another process has it too)");
        }
        shared.set("joined/" + rank(), "1");
        for (int other = 0; other < size; other++) {
            await(shared, "joined/" + other, "rank " + other);
        }
    }

    private void await(Store shared, String key, String who) {
        try {
            shared._wait(new StringVector(key), timeout());
        } catch (RuntimeException e) {
            throw new PeerFailedException(who + " did not come to the rendezvous " + place() + " within "
                    + rendezvous.timeout().toSeconds() + " s (" + firstLine(e) + ")");
        }
    }

    private void refuse(String why) {
        tell(why);
        throw new PeerFailedException(why);
    }

    /** The address of the interface over which rank 0 is reached; one machine's ranks talk over the loopback. */
    private Device device() {
        String name = System.getenv("GLOO_SOCKET_IFNAME");
        if (name != null) {
            return ProcessGroupGloo.createDeviceForInterface(name);
        }
        String address = InetAddress.getLoopbackAddress().getHostAddress();
        if (rendezvous.store() instanceof Rendezvous.Store.Tcp tcp) {
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.connect(new InetSocketAddress(InetAddress.getByName(tcp.host()), tcp.port()));
                address = socket.getLocalAddress().getHostAddress();
            } catch (SocketException e) {
                throw new PeerFailedException("no way to " + place() + ": " + e.getMessage());
            } catch (IOException e) {
                throw new PeerFailedException("MASTER_ADDR: " + tcp.host() + " is not known: " + e.getMessage());
            }
        }
        return ProcessGroupGloo.createDeviceForHostname(address);
    }

    private void watch(Store watched, Consumer<String> failed) {
        try {
            while (!present(watched, FAILED)) {
                Thread.sleep(LOOK_MILLIS);
            }
            failed.accept(whoFailed(null));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            if (!parting) {
                failed.accept(storeGone());
            }
        }
    }

    private static boolean present(Store watched, String key) {
        return watched.check(new StringVector(key));
    }

    private String storeGone() {
        return "rank 0, which keeps the rendezvous " + place() + ", is gone";
    }

    /** Tells all ranks why this one cannot go on; the first who tells is heard. */
    void tell(String why) {
        Store told = store;
        try {
            if (told != null && !present(told, FAILED)) {
                told.set(FAILED, why);
            }
        } catch (RuntimeException e) {
            System.err.println("rank " + rank() + " cannot tell the others: " + firstLine(e));
        }
    }

    /** What to say about a collective that failed: what was told, or who does not answer to the roll call. */
    String whoFailed(@Nullable RuntimeException cause) {
        Store shared = store;
        if (shared == null || (!met && cause instanceof PeerFailedException)) {
            return cause == null ? "no rendezvous" : String.valueOf(cause.getMessage());
        }
        try {
            if (!present(shared, FAILED)) {
                shared.set(FAILED, ROLL_CALL);
            }
            String told = shared.get_to_str(FAILED);
            return told.equals(ROLL_CALL) ? rollCall(shared, cause) : told;
        } catch (RuntimeException e) {
            return storeGone();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private String rollCall(Store shared, @Nullable RuntimeException cause) throws InterruptedException {
        shared.set("here/" + rank(), Long.toString(collectives.get()));
        List<Integer> missing = absent(shared, "here/", ROLL_CALL_MILLIS);
        String because = cause == null ? "" : " (" + firstLine(cause) + ")";
        if (!missing.isEmpty()) {
            return missing.stream().map(rank -> "rank " + rank).collect(Collectors.joining(", "))
                    + (missing.size() == 1 ? " does" : " do") + " not answer" + because;
        }
        long furthest = 0;
        List<Long> reached = new ArrayList<>();
        for (int rank = 0; rank < rendezvous.worldSize(); rank++) {
            reached.add(Long.parseLong(shared.get_to_str("here/" + rank)));
            furthest = Math.max(furthest, reached.getLast());
        }
        List<String> late = new ArrayList<>();
        for (int rank = 0; rank < reached.size(); rank++) {
            if (reached.get(rank) < furthest) {
                late.add("rank " + rank + " came to collective " + reached.get(rank) + " of " + furthest + " within "
                        + rendezvous.timeout().toSeconds() + " s");
            }
        }
        return (late.isEmpty() ? "all ranks answer, but a collective failed" : String.join(", ", late)) + because;
    }

    private List<Integer> absent(Store shared, String prefix, long millis) throws InterruptedException {
        long deadline = System.nanoTime() + millis * 1_000_000;
        while (true) {
            List<Integer> missing = new ArrayList<>();
            for (int rank = 0; rank < rendezvous.worldSize(); rank++) {
                if (!present(shared, prefix + rank)) {
                    missing.add(rank);
                }
            }
            if (missing.isEmpty() || System.nanoTime() > deadline) {
                return missing;
            }
            Thread.sleep(10);
        }
    }

    /** Waits until all ranks have said that they are done, so that nobody loses a connection that it still reads from. */
    void part() {
        parting = true;
        Store shared = Objects.requireNonNull(store);
        try {
            shared.set("done/" + rank(), "1");
            absent(shared, "done/", ROLL_CALL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Rank 0 has seen all the others and has gone: this is what was waited for.
            parting = true;
        }
    }

    private static String firstLine(RuntimeException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
