package io.mlaas.ppfl.job;

import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.FederationEngine;
import io.mlaas.ppfl.federation.FederationMode;
import org.springframework.stereotype.Component;

/** Has the platform train what is simulated. */
@Component
class JobEngine implements FederationEngine {

    @Override
    public boolean runs(Federation federation) {
        return federation.mode() == FederationMode.SIMULATION;
    }

    @Override
    public void start(Federation federation) {}

    @Override
    public void cancel(Federation federation) {}
}
