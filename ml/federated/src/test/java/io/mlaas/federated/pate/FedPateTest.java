package io.mlaas.federated.pate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.federated.Digits;
import io.mlaas.federated.aggregation.ParameterLayout;
import io.mlaas.federated.partition.Partition;
import io.mlaas.federated.simulation.SimulatedClient;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.Weights;
import io.mlaas.neural.training.LocalTrainer;
import io.mlaas.neural.training.Loss;
import io.mlaas.neural.training.OptimizerSettings;
import io.mlaas.neural.training.Trainer;
import io.mlaas.neural.training.TrainingSettings;
import io.mlaas.privacy.accounting.Conversion;
import io.mlaas.privacy.pate.ConfidentGaussianNoisyMax;
import io.mlaas.privacy.pate.GaussianNoisyMax;
import io.mlaas.privacy.pate.LaplaceNoisyMax;
import io.mlaas.privacy.pate.VoteMechanism;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class FedPateTest {
    private static final Network NETWORK = Digits.softmax();
    private static final int PUBLIC = 300;
    private static final Samples HELD = Digits.train();
    private static final Samples QUESTIONS = rows(0, PUBLIC);
    private static final Samples PRIVATE = rows(PUBLIC, HELD.count());
    private static final List<SimulatedClient> TEACHERS = SimulatedClient.of(PRIVATE, new Partition.Iid(null), 20, 3);

    private static Samples rows(int from, int to) {
        return SimulatedClient.rows(HELD, IntStream.range(from, to).toArray());
    }

    private static FedPateSettings settings(@Nullable VoteMechanism mechanism, int queries) {
        return new FedPateSettings(
                15,
                30,
                16,
                new OptimizerSettings.Adam(0.01, 0.9, 0.999, 1e-8, 0, false),
                Loss.CROSS_ENTROPY,
                mechanism,
                queries,
                1e-5,
                11);
    }

    private static FedPateResult run(@Nullable VoteMechanism mechanism, int queries) {
        return FedPate.run(
                settings(mechanism, queries),
                NETWORK,
                TEACHERS,
                QUESTIONS,
                new FedPate.Options(null, voted -> {}, epoch -> {}, () -> false));
    }

    private static double accuracy(Weights weights) {
        try (LocalTrainer evaluator = new LocalTrainer(NETWORK, Loss.CROSS_ENTROPY)) {
            return evaluator
                    .evaluate(ParameterLayout.of(NETWORK).flatten(weights), Digits.test())
                    .accuracy()
                    .orElseThrow();
        }
    }

    private static Weights trained(Samples samples) {
        return Trainer.train(
                        NETWORK,
                        TrainingSettings.parse(JsonMapper.shared().readTree("""
                                {"optimizer": {"type": "adam", "learning_rate": 0.01}, "batch": 16, "epochs": 15,
                                 "split": {"test": 0}}""")),
                        samples,
                        epoch -> {},
                        () -> false)
                .weights();
    }

    @Test
    void aStudentOfNoisyVotesKnowsMoreThanATeacherAndLessThanCentralTraining() {
        double teacher = TEACHERS.stream()
                .limit(4)
                .mapToDouble(t -> accuracy(trained(t.samples())))
                .average()
                .orElseThrow();
        double central = accuracy(trained(PRIVATE));
        FedPateResult result = run(new GaussianNoisyMax(3), PUBLIC);
        double student = accuracy(result.student());
        assertThat(student).isGreaterThan(teacher).isLessThan(central);
        assertThat(result.answers()).hasSize(PUBLIC);
        double rho = PUBLIC / 9.0; // the closed form over all real orders: ρ + 2 √(ρ ln(1/δ))
        assertThat(result.spent().epsilon()).isCloseTo(rho + 2 * Math.sqrt(rho * Math.log(1e5)), within(0.05));
        assertThat(result.dataDependent()
                        .privateGuarantee(1e-5, Conversion.CLASSIC)
                        .epsilon())
                .isLessThan(result.spent().epsilon());
    }

    @Test
    void moreNoiseCostsAccuracyAndNoNoiseIsNoPrivacy() {
        FedPateResult noisy = run(LaplaceNoisyMax.ofQueryEpsilon(0.02), 100);
        FedPateResult plain = run(null, 100);
        assertThat(accuracy(noisy.student())).isLessThan(0.5);
        assertThat(accuracy(plain.student())).isGreaterThan(0.75);
        assertThat(plain.spent().bounded()).isFalse();
        assertThat(plain.dataDependent()).isNull();
    }

    @Test
    void theConfidentMechanismTeachesOnlyWhatItAnswered() {
        FedPateResult result = run(new ConfidentGaussianNoisyMax(18, 2, 3), PUBLIC);
        assertThat(result.answers()).hasSizeBetween(50, PUBLIC - 50);
        int[] truth = ((Samples.Targets.Classes) QUESTIONS.targets()).labels();
        double right = result.answers().stream()
                .mapToInt(answer -> truth[answer.row()] == answer.label() ? 1 : 0)
                .average()
                .orElseThrow();
        assertThat(right).isGreaterThan(0.9);
        assertThat(result.spent().epsilon())
                .isLessThan(run(new ConfidentGaussianNoisyMax(0, 2, 3), PUBLIC)
                        .spent()
                        .epsilon());
        assertThatExceptionOfType(NothingAnsweredException.class)
                .isThrownBy(() -> run(new ConfidentGaussianNoisyMax(1000, 2, 3), 20))
                .withMessageStartingWith("queries: none of 20 was answered");
    }

    @Test
    void asksPublicSamplesAgainWhereThereAreFewerThanQueries() {
        FedPateResult result = run(null, PUBLIC + 5);
        assertThat(result.answers()).hasSize(PUBLIC + 5);
        assertThat(result.answers().get(PUBLIC)).isEqualTo(result.answers().getFirst());
    }

    @Test
    void goesOnAfterTheLastTeacherToTheSameStudent(@TempDir Path directory) {
        FedPateSettings settings = settings(new GaussianNoisyMax(3), 50);
        AtomicInteger steps = new AtomicInteger();
        FedPateResult undisturbed = FedPate.run(
                settings,
                NETWORK,
                TEACHERS,
                QUESTIONS,
                new FedPate.Options(null, voted -> {}, epoch -> {}, () -> steps.incrementAndGet() < 0));
        AtomicInteger teachers = new AtomicInteger();
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> FedPate.run(
                        settings,
                        NETWORK,
                        TEACHERS,
                        QUESTIONS,
                        new FedPate.Options(directory, teachers::set, epoch -> {}, () -> teachers.get() == 18)));
        AtomicInteger left = new AtomicInteger();
        FedPateResult resumed = FedPate.run(
                settings,
                NETWORK,
                TEACHERS,
                QUESTIONS,
                new FedPate.Options(directory, voted -> {}, epoch -> {}, () -> left.incrementAndGet() < 0));
        assertThat(ParameterLayout.of(NETWORK).flatten(resumed.student()))
                .isEqualTo(ParameterLayout.of(NETWORK).flatten(undisturbed.student()));
        assertThat(resumed.answers()).isEqualTo(undisturbed.answers());
        assertThat(left.get()).isPositive().isLessThan(steps.get() / 3);
    }
}
