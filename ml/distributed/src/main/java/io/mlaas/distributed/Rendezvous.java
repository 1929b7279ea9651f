package io.mlaas.distributed;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which rank this process is, of how many, and where they meet: PyTorch's {@code env://}, so that what torchrun and
 * Kubeflow set for a PyTorch program works unchanged.
 *
 * @param rank from 0
 * @param worldSize number of ranks
 * @param timeout how long the others are waited for, at the rendezvous and in each collective
 */
public record Rendezvous(int rank, int worldSize, Store store, Duration timeout) {
    static final String RANK = "RANK";
    static final String WORLD_SIZE = "WORLD_SIZE";
    static final String MASTER_ADDR = "MASTER_ADDR";
    static final String MASTER_PORT = "MASTER_PORT";
    static final String FILE = "MLAAS_RENDEZVOUS_FILE";
    static final String TIMEOUT = "MLAAS_COLLECTIVE_TIMEOUT";
    private static final int MOST_RANKS = 4096;

    /** Where the ranks tell each other their addresses. */
    public sealed interface Store {

        /**
         * PyTorch's TCPStore.
         *
         * @param hosted whether a launcher already runs the store there (torchrun's agent); else rank 0 does
         * @param prefix of all keys
         */
        record Tcp(String host, int port, boolean hosted, String prefix) implements Store {}

        /** PyTorch's FileStore: a file that all ranks see and that did not exist before. */
        record File(Path path) implements Store {}
    }

    public Rendezvous {
        if (worldSize < 1 || worldSize > MOST_RANKS) {
            throw new InvalidRendezvousException(
                    WORLD_SIZE + ": " + worldSize + " (expected: 1 to " + MOST_RANKS + ")");
        }
        if (rank < 0 || rank >= worldSize) {
            throw new InvalidRendezvousException(
                    RANK + ": " + rank + " (expected: 0 to " + (worldSize - 1) + ", WORLD_SIZE is " + worldSize + ")");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new InvalidRendezvousException(TIMEOUT + ": " + timeout.toSeconds() + " (expected: seconds > 0)");
        }
    }

    /** Empty where the environment names no rank, or a world of one. */
    public static Optional<Rendezvous> of(Map<String, String> environment) {
        String rank = environment.get(RANK);
        String size = environment.get(WORLD_SIZE);
        if (rank == null && size == null) {
            return Optional.empty();
        }
        if (rank == null || size == null) {
            throw new InvalidRendezvousException((rank == null ? RANK : WORLD_SIZE)
                    + " is missing (expected: both RANK and WORLD_SIZE, or neither)");
        }
        Duration timeout = Duration.ofSeconds(integer(TIMEOUT, environment.getOrDefault(TIMEOUT, "300")));
        int world = integer(WORLD_SIZE, size);
        Store store = world == 1 ? new Store.File(Path.of("")) : store(environment);
        Rendezvous rendezvous = new Rendezvous(integer(RANK, rank), world, store, timeout);
        return world == 1 ? Optional.empty() : Optional.of(rendezvous);
    }

    private static Store store(Map<String, String> environment) {
        String file = environment.get(FILE);
        if (file != null) {
            return new Store.File(Path.of(file));
        }
        String host = required(environment, MASTER_ADDR);
        int port = integer(MASTER_PORT, required(environment, MASTER_PORT));
        if (port < 1 || port > 65535) {
            throw new InvalidRendezvousException(MASTER_PORT + ": " + port + " (expected: 1 to 65535)");
        }
        boolean agent = "true".equalsIgnoreCase(environment.get("TORCHELASTIC_USE_AGENT_STORE"));
        String attempt = environment.getOrDefault("TORCHELASTIC_RESTART_COUNT", "0");
        return new Store.Tcp(host, port, agent, "mlaas/attempt_" + attempt);
    }

    private static String required(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new InvalidRendezvousException(
                    name + " is missing (expected: MASTER_ADDR and MASTER_PORT, as for torch.distributed's env://)");
        }
        return value;
    }

    static int integer(String name, @Nullable String text) {
        try {
            return Integer.parseInt(text == null ? "" : text.strip());
        } catch (NumberFormatException e) {
            throw new InvalidRendezvousException(name + ": \"" + text + "\" (expected: a whole number)", e);
        }
    }
}
