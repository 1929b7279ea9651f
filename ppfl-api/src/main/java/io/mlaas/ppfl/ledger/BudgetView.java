package io.mlaas.ppfl.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A data owner's budget as the API shows it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record BudgetView(
        String dataOwner,

        @Schema(description = "absent: nothing is limited") @Nullable
        Double epsilonLimit,

        @Schema(description = "at which every epsilon here is composed")
        double delta,

        @Schema(description = "whether it is the platform's default")
        boolean defaultLimit,

        @Schema(description = "of federations that are over; absent if none holds at this delta") @Nullable
        Double epsilonSpent,

        @Schema(description = "with those that are under way; absent if none holds at this delta") @Nullable
        Double epsilonCommitted,

        @Schema(description = "up to the limit. What a federation takes of it is mostly less than its own epsilon")
        @Nullable
        Double epsilonLeft,

        @Schema(description = "federations under way") long reserved,
        @Schema(description = "federations that are over") long settled,

        @Schema(description = "federations without noise: no epsilon covers them")
        long unbounded) {

    static BudgetView of(PrivacyBudget budget) {
        PrivacyLimit limit = budget.limit();
        double committed = budget.committed();
        return new BudgetView(
                budget.dataOwner(),
                limit.isFinite() ? limit.epsilon() : null,
                limit.delta(),
                budget.ownLimit() == null,
                finite(budget.settled()),
                finite(committed),
                limit.isFinite() ? Math.max(0, limit.epsilon() - committed) : null,
                budget.count(PrivacyEntry.State.RESERVED),
                budget.count(PrivacyEntry.State.SETTLED),
                budget.unbounded());
    }

    private static @Nullable Double finite(double epsilon) {
        return epsilon < Double.POSITIVE_INFINITY ? epsilon : null;
    }
}
