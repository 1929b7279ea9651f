package io.mlaas.sharing.registry;

import io.mlaas.kit.problem.ProblemException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What datasets and models have in common on the chain. */
final class Anchored {
    private Anchored() {}

    static String address(UUID id, @Nullable String address, boolean failed, @Nullable String reason) {
        if (address != null) {
            return address;
        }
        if (failed) {
            throw RegistryProblem.REGISTRATION_REFUSED.because("%s: %s".formatted(id, reason));
        }
        throw RegistryProblem.NOT_ANCHORED_YET.retryAfter(5, id + " waits for its contract to be mined.");
    }

    static ProblemException quarantined(UUID id, @Nullable String reason) {
        return RegistryProblem.ASSET_QUARANTINED.because("%s is quarantined: %s.".formatted(id, reason));
    }
}
