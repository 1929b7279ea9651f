package io.mlaas.ppfl.trainer;

import io.mlaas.federated.plan.Plan;
import io.mlaas.federated.simulation.ClientBehaviour;
import io.mlaas.federated.simulation.PlannedSettings;
import io.mlaas.federated.simulation.SimulatedClient;
import io.mlaas.federated.simulation.Simulation;
import io.mlaas.federated.simulation.SimulationResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Engine fedavg: clients train, their updates are aggregated. */
record Averaging(Plan plan, FederationData data) implements Learner {

    @Override
    public Learned learn(List<SimulatedClient> clients, Draws draws, Watch watch) {
        Path directory = watch.checkpoints();
        SimulationResult result = Simulation.run(
                PlannedSettings.simulation(plan, data.loss(), draws.seed()),
                data.network(),
                clients,
                data.testSamples(),
                draws.secret(),
                new Simulation.Options(
                        Runtime.getRuntime().availableProcessors(),
                        directory == null ? null : directory.resolve("rounds-" + plan.sha256()),
                        ClientBehaviour.HONEST,
                        report -> watch.tell(lines -> lines.round(report)),
                        watch.cancelled()));
        return new Learned(
                result.weights(),
                result.rounds().stream().map(RoundLines::fields).toList(),
                plan.privacyCost(),
                Map.of());
    }
}
