package io.mlaas.ppfl.ledger;

import io.mlaas.privacy.accounting.PrivacyCost;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one federation takes from one data owner.
 *
 * @param sequence later entries have higher ones
 * @param cost what is reserved, later what was spent
 */
record PrivacyEntry(
        UUID id,
        long sequence,
        UUID organizationId,
        String dataOwner,
        UUID federationId,
        String engine,
        String mechanism,
        State state,
        PrivacyCost cost,
        Instant reservedAt,
        @Nullable Instant endedAt) {

    enum State {
        /** the federation may still spend it: it counts */
        RESERVED,
        /** spent: it counts for ever */
        SETTLED,
        /** nothing was spent: it does not count */
        RELEASED;

        boolean counts() {
            return switch (this) {
                case RESERVED, SETTLED -> true;
                case RELEASED -> false;
            };
        }
    }

    PrivacyEntry ended(State next, PrivacyCost spent, Instant now) {
        return new PrivacyEntry(
                id, sequence, organizationId, dataOwner, federationId, engine, mechanism, next, spent, reservedAt, now);
    }
}
