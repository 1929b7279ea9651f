package io.mlaas.federated.simulation;

import io.mlaas.federated.aggregation.ServerOptimizer;
import java.util.ArrayList;
import java.util.List;

/** Everything that goes on from round to round, and nothing else. */
@SuppressWarnings("ArrayRecordComponent") // bulk numbers, changed in place by the next round
record Progress(float[] model, ServerOptimizer.State server, double norm, List<RoundReport> reports) {

    static Progress begin(float[] model, ServerOptimizer.State server, double norm) {
        return new Progress(model, server, norm, new ArrayList<>());
    }

    int rounds() {
        return reports.size();
    }

    Progress with(double nextNorm) {
        return new Progress(model, server, nextNorm, reports);
    }
}
