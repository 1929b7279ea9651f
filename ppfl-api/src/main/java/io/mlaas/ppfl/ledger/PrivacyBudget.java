package io.mlaas.ppfl.ledger;

import io.mlaas.privacy.accounting.Composition;
import io.mlaas.privacy.accounting.PrivacyCost;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A data owner's limit and what counts against it.
 *
 * @param ownLimit absent: the default applies
 */
record PrivacyBudget(
        UUID organizationId,
        String dataOwner,
        @Nullable PrivacyLimit ownLimit,
        PrivacyLimit limit,
        List<PrivacyEntry> entries) {
    PrivacyBudget {
        entries = List.copyOf(entries);
    }

    /** Federations that promised nothing: no ε covers them. */
    long unbounded() {
        return entries.stream()
                .filter(entry -> entry.state().counts() && !entry.cost().bounded())
                .count();
    }

    long count(PrivacyEntry.State state) {
        return entries.stream().filter(entry -> entry.state() == state).count();
    }

    /** ε at the limit's δ of all that was spent and promised something. */
    double settled() {
        return epsilon(costs(PrivacyEntry.State.SETTLED));
    }

    /** The same with what is reserved. */
    double committed() {
        return epsilon(committedCosts());
    }

    /** The same with one more. */
    double committedWith(PrivacyCost more) {
        List<PrivacyCost> all = committedCosts();
        all.add(more);
        return epsilon(all);
    }

    private List<PrivacyCost> committedCosts() {
        List<PrivacyCost> all = costs(PrivacyEntry.State.SETTLED);
        all.addAll(costs(PrivacyEntry.State.RESERVED));
        return all;
    }

    private double epsilon(List<PrivacyCost> costs) {
        return Composition.of(costs, limit.delta()).epsilon();
    }

    private List<PrivacyCost> costs(PrivacyEntry.State state) {
        List<PrivacyCost> costs = new ArrayList<>();
        for (PrivacyEntry entry : entries) {
            if (entry.state() == state && entry.cost().bounded()) {
                costs.add(entry.cost());
            }
        }
        return costs;
    }
}
