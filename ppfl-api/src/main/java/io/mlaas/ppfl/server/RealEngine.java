package io.mlaas.ppfl.server;

import io.mlaas.federated.plan.InvalidPlanException;
import io.mlaas.neural.network.InvalidDescriptionException;
import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.FederationEngine;
import io.mlaas.ppfl.federation.FederationMode;
import io.mlaas.ppfl.federation.FederationProblem;
import java.security.SecureRandom;
import org.springframework.stereotype.Component;

/** Federations with clients elsewhere: {@link RunDriver} does the work. */
@Component
class RealEngine implements FederationEngine {
    private final Runs runs;
    private final Authorities authorities;
    private final SecureRandom random = new SecureRandom();

    RealEngine(Runs runs, Authorities authorities) {
        this.runs = runs;
        this.authorities = authorities;
    }

    @Override
    public boolean runs(Federation federation) {
        return federation.mode() == FederationMode.REAL && federation.engine().equals("fedavg");
    }

    @Override
    public Federation prepare(Federation federation) {
        try {
            RunPlan unused = RunPlan.of(federation.plan());
            return federation;
        } catch (InvalidDescriptionException e) {
            throw FederationProblem.FEDERATION_REFUSED.because("$.model.network: " + e.getMessage()
                    + "; the server of a real federation sees no data, so the network must say its input's shape");
        } catch (InvalidPlanException e) {
            throw FederationProblem.FEDERATION_REFUSED.because(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void start(Federation federation) {
        RunPlan plan = RunPlan.of(federation.plan());
        Long seed = plan.plan().seed();
        runs.create(federation.id(), seed == null ? random.nextLong() : seed, plan.clippingNorm());
        authorities.create(federation.id());
    }

    /** The driver sees that it is over, and tells the clients. */
    @Override
    public void cancel(Federation federation) {}
}
