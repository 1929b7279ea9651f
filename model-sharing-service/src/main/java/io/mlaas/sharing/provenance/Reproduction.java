package io.mlaas.sharing.provenance;

import io.mlaas.api.sharing.ReproductionVerdict;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A verdict and the evidence of it.
 *
 * @param evidence null until its making was begun
 */
public record Reproduction(
        ReproductionVerdict verdict,
        Instant receivedAt,
        @Nullable Evidence evidence) {}
