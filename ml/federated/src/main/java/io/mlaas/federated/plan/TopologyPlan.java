package io.mlaas.federated.plan;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Who takes part.
 *
 * @param clients how many; of engine fedpate: the teachers
 * @param clientsPerRound how many are asked in a round
 * @param rounds of engine fedpate: how often the teachers train {@code teacher_epochs}; votes are cast once, after all
 * @param quorum updates without which a round does not close
 * @param roundTimeoutSeconds after which a round closes with the quorum
 */
public record TopologyPlan(
        Mode mode,
        int clients,
        int clientsPerRound,
        int rounds,
        int quorum,
        int roundTimeoutSeconds,
        Partition partition) {

    public enum Mode {
        /** Server and clients are one job of the platform. */
        SIMULATION,
        /** Clients join from their owners' premises. */
        REAL
    }

    /**
     * How a simulation shares the samples out.
     *
     * @param alpha concentration of the Dirichlet distribution
     * @param imbalance share of a client's samples that are of its own label, beyond an even share: 0 none, 1 all
     * @param targetLabel the label that is skewed; null: each client has its own
     * @param samplesPerClient null: all samples are shared out
     * @param column of kind column: whose a row is, such as a device; each value is one client
     */
    public record Partition(
            Kind kind,
            double alpha,
            double imbalance,
            @Nullable String targetLabel,
            @Nullable Integer samplesPerClient,
            @Nullable String column) {

        public enum Kind {
            IID,
            DIRICHLET,
            LABEL_SKEW,
            /** As the dataset says itself. */
            COLUMN
        }
    }

    /** Share of the clients that a round asks. */
    public double samplingRate() {
        return (double) clientsPerRound / clients;
    }

    /** Names of a simulation's clients, such as {@code client-01}; their order is that of their numbers. */
    public List<String> clientNames() {
        int digits = Math.max(2, String.valueOf(clients).length());
        return IntStream.rangeClosed(1, clients)
                .mapToObj(i -> String.format(Locale.ROOT, "client-%0" + digits + "d", i))
                .toList();
    }
}
