package io.mlaas.ppfl.server;

import io.mlaas.ppfl.protocol.v1.Phase;
import io.mlaas.ppfl.protocol.v1.Place;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far a real federation is, as it was committed last.
 *
 * @param seed which clients are asked, initial weights, local training
 * @param round 0 before the first
 * @param attempt at the round, from 1
 * @param phase null before the first
 * @param weights 32-bit little-endian floats; null before the first round
 * @param optimizer what the server's optimiser remembers
 * @param clippingNorm 0 where updates may have any
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the bytes are not copied
record Run(
        UUID federation,
        long seed,
        int round,
        int attempt,
        @Nullable Phase phase,
        @Nullable Instant roundBeganAt,
        byte @Nullable [] weights,
        byte @Nullable [] optimizer,
        double clippingNorm,
        long bytesUp,
        long bytesDown) {

    /** Where clients are now. */
    Place place() {
        return Place.newBuilder()
                .setRound(round)
                .setAttempt(attempt)
                .setPhase(phase == null ? Phase.PHASE_UNSPECIFIED : phase)
                .build();
    }

    byte[] model() {
        if (weights == null) {
            throw new IllegalStateException("federation " + federation + " has no weights before its first round");
        }
        return weights;
    }
}
