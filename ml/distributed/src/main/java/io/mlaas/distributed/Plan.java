package io.mlaas.distributed;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which workers this process is to start, as torchrun decides it.
 *
 * @param nodes machines that take part, each with as many workers
 * @param node which of them this is, from 0
 * @param workers on this machine
 * @param environment of all workers here, beside their rank: where they meet; empty on a single node
 */
public record Plan(int nodes, int node, int workers, Map<String, String> environment) {
    private static final int MOST_WORKERS = 256;

    /**
     * Empty where this process is to train itself: it is a rank already, or there is one worker in all. Else what
     * Kubeflow Trainer sets for torchrun (PET_NNODES, PET_NODE_RANK, PET_NPROC_PER_NODE, PET_MASTER_ADDR,
     * PET_MASTER_PORT) with {@code workers} for each node.
     *
     * @param workers asked for by the job; null: what PET_NPROC_PER_NODE says, else 1
     */
    public static Optional<Plan> of(Map<String, String> environment, @Nullable String workers) {
        if (environment.containsKey(Rendezvous.RANK)) {
            return Optional.empty();
        }
        int here = workers(environment, workers);
        int nodes = Rendezvous.integer("PET_NNODES", environment.getOrDefault("PET_NNODES", "1"));
        int node = Rendezvous.integer("PET_NODE_RANK", environment.getOrDefault("PET_NODE_RANK", "0"));
        if (nodes < 1 || node < 0 || node >= nodes) {
            throw new InvalidRendezvousException(
                    "PET_NODE_RANK: " + node + " of PET_NNODES: " + nodes + " (expected: 0 to " + (nodes - 1) + ")");
        }
        if (nodes * here == 1) {
            return Optional.empty();
        }
        Map<String, String> meeting = new LinkedHashMap<>();
        if (nodes > 1) {
            meeting.put(Rendezvous.MASTER_ADDR, required(environment, "PET_MASTER_ADDR"));
            meeting.put(Rendezvous.MASTER_PORT, required(environment, "PET_MASTER_PORT"));
        }
        return Optional.of(new Plan(nodes, node, here, Map.copyOf(meeting)));
    }

    private static int workers(Map<String, String> environment, @Nullable String asked) {
        String text = asked;
        if (text == null) {
            text = environment.getOrDefault("PET_NPROC_PER_NODE", "1");
            if (text.equals("auto") || text.equals("cpu") || text.equals("gpu")) {
                text = "1"; // the engine works on one thread of each worker, and not on GPUs
            }
        }
        String name = asked == null ? "PET_NPROC_PER_NODE" : "workers";
        int workers = Rendezvous.integer(name, text);
        if (workers < 1 || workers > MOST_WORKERS) {
            throw new InvalidRendezvousException(name + ": " + workers + " (expected: 1 to " + MOST_WORKERS + ")");
        }
        return workers;
    }

    private static String required(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new InvalidRendezvousException(
                    name + " is missing (expected: the address of node 0, as for torchrun)");
        }
        return value;
    }

    int worldSize() {
        return nodes * workers;
    }
}
