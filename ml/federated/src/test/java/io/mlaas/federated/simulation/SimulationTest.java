package io.mlaas.federated.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.federated.Digits;
import io.mlaas.federated.aggregation.Aggregation;
import io.mlaas.federated.aggregation.ServerOptimizer;
import io.mlaas.federated.partition.Partition;
import io.mlaas.federated.plan.Plan;
import io.mlaas.federated.training.CentralPrivacy;
import io.mlaas.federated.training.Clipping;
import io.mlaas.federated.training.LocalTraining;
import io.mlaas.federated.training.UpdateFilters;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.training.LocalTrainer;
import io.mlaas.neural.training.Loss;
import io.mlaas.neural.training.OptimizerSettings;
import io.mlaas.privacy.filter.GaussianFilter;
import io.mlaas.privacy.filter.PercentileFilter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulationTest {
    private static final Samples TRAIN = Digits.train();
    private static final Samples TEST = Digits.test();
    private static final Aggregation MEAN = new Aggregation.Mean(true);
    private static final ServerOptimizer AVERAGE = new ServerOptimizer.Average(1);

    @Test
    void oneFullBatchStepOfEveryClientIsOneStepOfCentralTraining() {
        LocalTrainer.Settings step = new LocalTrainer.Settings(sgd(0.5), 1, TRAIN.count());
        List<SimulatedClient> clients = SimulatedClient.of(TRAIN, new Partition.Dirichlet(0.5), 9, 4);
        Network network = Digits.mlp();
        SimulationResult federated =
                Simulation.run(settings(5, 9, step, MEAN), network, clients, TEST, Simulation.Options.usual());
        float[] central = initial(network, step);
        try (LocalTrainer trainer = new LocalTrainer(network, Loss.CROSS_ENTROPY)) {
            for (int round = 1; round <= 5; round++) {
                central = trainer.train(central, TRAIN, step, round);
            }
        }
        assertThat(federated.model()).hasSameSizeAs(central);
        for (int i = 0; i < central.length; i++) {
            assertThat(federated.model()[i]).isEqualTo(central[i], within(1e-6f));
        }
    }

    @Test
    void isAsAccurateAsCentralTrainingToOnePoint() {
        LocalTrainer.Settings local = new LocalTrainer.Settings(sgd(0.3), 2, 16);
        List<SimulatedClient> clients = SimulatedClient.of(TRAIN, new Partition.Iid(null), 10, 4);
        SimulationResult federated =
                Simulation.run(settings(40, 10, local, MEAN), Digits.mlp(), clients, TEST, Simulation.Options.usual());
        double central;
        try (LocalTrainer trainer = new LocalTrainer(Digits.mlp(), Loss.CROSS_ENTROPY)) {
            float[] model = trainer.train(trainer.initial(1), TRAIN, new LocalTrainer.Settings(sgd(0.1), 50, 16), 1);
            central = trainer.evaluate(model, TEST).accuracy().orElseThrow();
        }
        assertThat(central).isGreaterThan(0.95);
        assertThat(federated.rounds().getLast().accuracy()).isGreaterThanOrEqualTo(central - 0.01);
    }

    @Test
    void robustStrategiesHoldWhereTheMeanDoesNot() {
        ClientBehaviour liars = (client, round, honest) -> {
            ClientBehaviour kind =
                    switch (client) {
                        case "client-03" -> ClientBehaviour.scaled(Set.of(client), -1);
                        case "client-07" -> ClientBehaviour.scaled(Set.of(client), -1000);
                        case "client-11" -> ClientBehaviour.notANumber(Set.of(client));
                        default -> ClientBehaviour.HONEST;
                    };
            return kind.answer(client, round, honest);
        };
        LocalTrainer.Settings local = new LocalTrainer.Settings(sgd(0.3), 2, 16);
        List<SimulatedClient> clients = SimulatedClient.of(TRAIN, new Partition.Iid(null), 13, 4);
        Simulation.Options options = new Simulation.Options(2, null, liars, report -> {}, () -> false);
        for (Aggregation robust : List.of(
                new Aggregation.Median(),
                new Aggregation.TrimmedMean(0.2),
                new Aggregation.Krum(2, 1),
                new Aggregation.Krum(2, 0),
                new Aggregation.Bulyan(2))) {
            RoundReport last = Simulation.run(settings(8, 13, local, robust), Digits.softmax(), clients, TEST, options)
                    .rounds()
                    .getLast();
            assertThat(last.accuracy()).as("%s", robust).isGreaterThan(0.85);
            assertThat(last.accepted()).isEqualTo(12);
            assertThat(last.troubles())
                    .containsExactly(new RoundReport.Trouble(
                            "client-11",
                            RoundReport.State.REFUSED,
                            "dense_0.weight[0]: NaN (expected: a finite number)"));
        }
        RoundReport mean = Simulation.run(settings(8, 13, local, MEAN), Digits.softmax(), clients, TEST, options)
                .rounds()
                .getLast();
        assertThat(mean.accuracy()).isLessThan(0.5);
    }

    @Test
    void theSameSeedGivesTheSameBytesWhateverTheThreadsAndInterruptions(@TempDir Path directory) {
        // dropout, momentum of clients and server, absent clients, adaptive clipping, noise: everything that has a
        // state
        Network network = Digits.network("{\"type\": \"dense\", \"units\": 16}, {\"type\": \"relu\"},"
                + " {\"type\": \"dropout\", \"rate\": 0.2}, {\"type\": \"dense\", \"units\": 10}");
        LocalTrainer.Settings local =
                new LocalTrainer.Settings(new OptimizerSettings.Sgd(0.1, 0.9, 0, 0, false), 1, 32);
        SimulationSettings settings = new SimulationSettings(
                6,
                10,
                1,
                Loss.CROSS_ENTROPY,
                local,
                MEAN,
                new ServerOptimizer.Yogi(0.05, 0.9, 0.99, 1e-3),
                Double.POSITIVE_INFINITY,
                new CentralPrivacy.Settings(new Clipping.Adaptive(0.5, 0.5, 0.2), 0.5, 1e-5, 20, 0.5),
                new UpdateFilters(List.of(PercentileFilter.DEFAULT)),
                1e-5,
                7);
        List<SimulatedClient> clients = SimulatedClient.of(TRAIN, new Partition.Iid(null), 20, 4);
        ClientBehaviour absent = ClientBehaviour.dropouts(0.2, 3);
        Path checkpoint = directory.resolve("round");
        List<RoundReport> told = new ArrayList<>();
        SimulationResult undisturbed = Simulation.run(
                settings, network, clients, TEST, new Simulation.Options(1, null, absent, r -> {}, () -> false));
        Simulation.Options interrupted =
                new Simulation.Options(3, checkpoint, absent, told::add, () -> told.size() == 3);
        assertThatThrownBy(() -> Simulation.run(settings, network, clients, TEST, interrupted))
                .isInstanceOf(CancellationException.class);
        SimulationResult resumed = Simulation.run(
                settings,
                network,
                clients,
                TEST,
                new Simulation.Options(2, checkpoint, absent, told::add, () -> false));

        assertThat(resumed.model()).isEqualTo(undisturbed.model());
        assertThat(told).extracting(RoundReport::round).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(resumed.rounds())
                .usingRecursiveComparison()
                .ignoringFields("seconds")
                .isEqualTo(undisturbed.rounds());
        assertThat(told).anySatisfy(report -> assertThat(report.troubles()).isNotEmpty());
        assertThat(told).extracting(RoundReport::norm).doesNotHaveDuplicates();
        assertThat(told).extracting(RoundReport::epsilon).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aCheckpointOfAnotherSimulationOrADamagedOneIsRefused(@TempDir Path directory) throws Exception {
        Path checkpoint = directory.resolve("round");
        List<SimulatedClient> clients = SimulatedClient.of(TRAIN, new Partition.Iid(20), 3, 4);
        Simulation.Options options =
                new Simulation.Options(1, checkpoint, ClientBehaviour.HONEST, report -> {}, () -> false);
        LocalTrainer.Settings local = new LocalTrainer.Settings(sgd(0.1), 1, 10);
        SimulationResult result = Simulation.run(settings(1, 3, local, MEAN), Digits.softmax(), clients, TEST, options);
        SimulationResult again = Simulation.run(settings(1, 3, local, MEAN), Digits.softmax(), clients, TEST, options);
        assertThat(again.rounds()).isEqualTo(result.rounds()); // seconds too: nothing was trained again
        assertThat(again.model()).isEqualTo(result.model());
        assertThat(again.rounds().getLast().epsilon()).isInfinite();
        assertThatThrownBy(() -> Simulation.run(
                        settings(1, 3, local, new Aggregation.Median()), Digits.softmax(), clients, TEST, options))
                .hasMessageContaining("of other settings, another network or other data");
        byte[] bytes = Files.readAllBytes(checkpoint);
        bytes[bytes.length / 2] ^= 1;
        Files.write(checkpoint, bytes);
        assertThatThrownBy(() -> Simulation.run(settings(1, 3, local, MEAN), Digits.softmax(), clients, TEST, options))
                .hasMessageContaining("damaged");
    }

    @Test
    void aRoundBelowTheQuorumLeavesTheModelAsItIs() {
        ClientBehaviour onlyOne =
                (client, round, honest) -> round == 1 || client.equals("client-02") ? honest.get() : null;
        List<SimulatedClient> clients = SimulatedClient.of(TRAIN, new Partition.Iid(100), 4, 4);
        SimulationSettings settings = settings(2, 4, new LocalTrainer.Settings(sgd(0.1), 1, 32), MEAN, 3, null);
        Simulation.Options options = new Simulation.Options(2, null, onlyOne, report -> {}, () -> false);
        List<RoundReport> rounds = Simulation.run(settings, Digits.softmax(), clients, TEST, options)
                .rounds();
        assertThat(rounds.get(0).changed()).isTrue();
        assertThat(rounds.get(1).changed()).isFalse();
        assertThat(rounds.get(1).loss()).isEqualTo(rounds.get(0).loss());
        assertThat(rounds.get(1).troubles())
                .extracting(RoundReport.Trouble::client)
                .containsExactly("client-01", "client-03", "client-04");
        assertThat(rounds.get(1).bytesUp()).isEqualTo(650 * 4);
        assertThat(rounds.get(1).bytesDown()).isEqualTo(4 * 650 * 4);
    }

    @Test
    void aModelThatNobodyTrainedIsNoResult() {
        List<SimulatedClient> clients = SimulatedClient.of(TRAIN, new Partition.Iid(20), 3, 4);
        LocalTrainer.Settings diverging = new LocalTrainer.Settings(sgd(1e38), 3, 10);
        assertThatThrownBy(() -> Simulation.run(
                        settings(2, 3, diverging, MEAN), Digits.mlp(), clients, TEST, Simulation.Options.usual()))
                .isInstanceOf(NothingLearnedException.class)
                .hasMessageStartingWith(
                        "updates: in no round of 2 were there 1; in the last 0 of 3, client-01: dense_0.")
                .hasMessageEndingWith("(expected: a finite number)");
    }

    @Test
    void underNoiseARoundOfFewIsARoundAllTheSame() {
        List<SimulatedClient> clients = SimulatedClient.of(TRAIN, new Partition.Iid(20), 10, 4);
        SimulationSettings settings = settings(
                12,
                2,
                new LocalTrainer.Settings(sgd(0.1), 1, 10),
                MEAN,
                2,
                new CentralPrivacy.Settings(new Clipping.Fixed(0.1), 1, 1e-5, 10, 0.2));
        List<RoundReport> rounds = Simulation.run(settings, Digits.softmax(), clients, TEST, Simulation.Options.usual())
                .rounds();
        assertThat(rounds).extracting(RoundReport::asked).contains(1).anyMatch(asked -> asked > 2);
        assertThat(rounds).allMatch(RoundReport::changed);
    }

    @Test
    void runsWhatAPlanSays() {
        Plan plan = Plan.parse("""
                {"name": "digits", "engine": "fedavg",
                 "topology": {"mode": "simulation", "clients": 12, "clients_per_round": 6, "rounds": 3, "quorum": 2,
                              "partition": {"kind": "label_skew", "imbalance": 0.5, "target_label": "3",
                                            "samples_per_client": 60}},
                 "training": {"local_epochs": 1, "batch": 20, "learning_rate": 0.1, "optimizer": "adam",
                              "proximal_mu": 0.1},
                 "aggregation": {"strategy": "fedprox"},
                 "privacy": {"mechanism": "none", "filters": [{"kind": "gaussian", "norm": 0.5,
                                                                "noise_multiplier": 0.8}]},
                 "model": {"net_name": "digits-mlp"}, "seed": 7}
                """);
        SimulationSettings settings = PlannedSettings.simulation(plan, Loss.CROSS_ENTROPY, 7);
        assertThat(settings.filters().filters()).containsExactly(new GaussianFilter(0.5, 0.8));
        assertThat(settings.local().proximal()).isEqualTo(0.1);
        assertThat(settings.local().steps(60)).isEqualTo(3);
        List<SimulatedClient> clients = SimulatedClient.of(
                TRAIN,
                PlannedSettings.partition(plan.topology().partition()),
                plan.topology().clients(),
                7);
        assertThat(clients)
                .extracting(SimulatedClient::name)
                .isEqualTo(plan.topology().clientNames());
        List<RoundReport> rounds = Simulation.run(settings, Digits.mlp(), clients, TEST, Simulation.Options.usual())
                .rounds();
        assertThat(rounds).extracting(RoundReport::asked).containsOnly(6);
        for (RoundReport report : rounds) {
            assertThat(report.epsilon())
                    .isEqualTo(plan.privacyCostAfter(report.round()).epsilon());
        }
    }

    @Test
    void refusesSettingsThatDoNotFitTogether() {
        LocalTrainer.Settings local = new LocalTrainer.Settings(sgd(0.1), 1, 32);
        CentralPrivacy.Settings privacy = new CentralPrivacy.Settings(new Clipping.Fixed(1), 1, 1e-5, 4, 1);
        assertThatThrownBy(() -> settings(1, 4, local, new Aggregation.Median(), 1, privacy))
                .hasMessageContaining("with clipping and noise (expected: the mean");
        List<SimulatedClient> clients = SimulatedClient.of(TRAIN, new Partition.Iid(10), 3, 4);
        assertThatThrownBy(() -> Simulation.run(
                        settings(1, 4, local, MEAN), Digits.softmax(), clients, TEST, Simulation.Options.usual()))
                .hasMessage("clients per round: 4 (expected: <= 3, the clients that there are)");
        assertThatThrownBy(() -> Simulation.run(
                        settings(1, 2, local, MEAN, 1, privacy),
                        Digits.softmax(),
                        clients,
                        TEST,
                        Simulation.Options.usual()))
                .hasMessageContaining("privacy: of 4 clients at rate 1.0 (expected: 3 at 0.66");
    }

    private static float[] initial(Network network, LocalTrainer.Settings local) {
        try (LocalTraining training = new LocalTraining(network, Loss.CROSS_ENTROPY, local, 7)) {
            return training.initialModel();
        }
    }

    private static OptimizerSettings sgd(double rate) {
        return new OptimizerSettings.Sgd(rate, 0, 0, 0, false);
    }

    private static SimulationSettings settings(
            int rounds, int clients, LocalTrainer.Settings local, Aggregation aggregation) {
        return settings(rounds, clients, local, aggregation, 1, null);
    }

    private static SimulationSettings settings(
            int rounds,
            int clients,
            LocalTrainer.Settings local,
            Aggregation aggregation,
            int quorum,
            CentralPrivacy.@Nullable Settings privacy) {
        return new SimulationSettings(
                rounds,
                clients,
                quorum,
                Loss.CROSS_ENTROPY,
                local,
                aggregation,
                AVERAGE,
                Double.POSITIVE_INFINITY,
                privacy,
                UpdateFilters.NONE,
                1e-5,
                7);
    }
}
