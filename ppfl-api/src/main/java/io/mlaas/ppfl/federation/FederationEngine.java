package io.mlaas.ppfl.federation;

import java.util.List;
import java.util.UUID;

/** Runs federations of one kind: as training jobs, or with clients elsewhere. */
public interface FederationEngine {

    boolean runs(Federation federation);

    /**
     * Looks, with the rights of the user at hand, whether it could run; outside a transaction.
     *
     * @return the same, with what was found out
     * @throws io.mlaas.kit.problem.ProblemException naming what does not go
     */
    default Federation prepare(Federation federation) {
        return federation;
    }

    /**
     * Whose privacy it spends, as far as that is known before it begins; outside a transaction. The engine settles or releases
     * in the end what is reserved of each.
     */
    default List<DataOwner> owners(Federation federation) {
        return List.of();
    }

    /**
     * One whose budget is charged.
     *
     * @param organization whose budgets show it
     */
    record DataOwner(UUID organization, String name) {}

    /**
     * In the transaction that stores the federation: writes down what is to be done, which begins after it. Nothing may be
     * done here that does not roll back.
     */
    void start(Federation federation);

    /** In the transaction that cancels the federation: writes down that it ends. */
    void cancel(Federation federation);
}
