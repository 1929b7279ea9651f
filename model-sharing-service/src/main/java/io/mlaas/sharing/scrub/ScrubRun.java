package io.mlaas.sharing.scrub;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A look at everything at rest, as far as it came and as far as the one who asks may see it.
 *
 * @param organizationId the company that it is confined to; absent for all
 * @param requestedBy subject of the one who asked for it; absent for a scheduled one
 * @param finishedAt absent while it goes on
 * @param tampered assets that went into quarantine
 * @param notOnChain assets whose contract the chain does not know
 * @param unchecked assets that could not be looked at: the chain or the object store did not answer
 * @param findings the first 100 of them
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ScrubRun(
        UUID id,
        @Nullable UUID organizationId,
        @Nullable String requestedBy,
        Instant startedAt,
        @Nullable Instant finishedAt,
        long assets,
        long bytes,
        long tampered,
        long notOnChain,
        long unchecked,
        List<Finding> findings) {

    /** What was wrong with an asset. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Finding(
            UUID assetId,
            UUID organizationId,
            String kind,
            Outcome outcome,
            @Nullable String expected,
            @Nullable String found,
            String reason,
            Instant foundAt) {}

    /** What can be wrong with an asset. */
    enum Outcome {
        /** it is in quarantine now */
        TAMPERED,
        /** the chain does not know its contract */
        NOT_ON_CHAIN,
        /** the chain or the object store did not answer */
        UNCHECKED
    }

    /**
     * The last runs, newest first.
     *
     * @param bytesPerSecond that are read at most
     */
    record Report(long bytesPerSecond, List<ScrubRun> runs) {}
}
