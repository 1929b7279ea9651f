package io.mlaas.ppfl.watch;

import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.security.Caller;
import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.Federations;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Who may watch a federation: its company's people, and whoever has a link. */
@Component
class Viewing {
    static final String HEADER = "Mlaas-Watch";

    private final Federations federations;
    private final Watchers watchers;

    Viewing(Federations federations, Watchers watchers) {
        this.federations = federations;
        this.watchers = watchers;
    }

    /**
     * The federation, for somebody who may watch it.
     *
     * @param secret of a link
     * @throws io.mlaas.kit.problem.ProblemException without a word about whether there is such a federation, if not
     */
    Federation of(UUID id, Optional<Caller> caller, @Nullable String secret) {
        if (secret != null && watchers.open(id, secret)) {
            return federations.find(id).orElseThrow();
        }
        if (caller.isPresent()) {
            return federations.find(id, caller.get());
        }
        throw PlatformProblem.UNAUTHENTICATED.because(
                secret == null ? "No token, and no link to watch by." : "The link does not open this, or no longer.");
    }

    /** Whether a stream that was open may go on: a link may have been taken back meanwhile. */
    boolean still(UUID id, Optional<Caller> caller, @Nullable String secret) {
        return (secret != null && watchers.open(id, secret))
                || caller.flatMap(who -> federations.find(id).filter(found -> found.organizationId()
                                .equals(who.organizationId())))
                        .isPresent();
    }
}
