package io.mlaas.federated.pate;

import io.mlaas.federated.aggregation.ParameterLayout;
import io.mlaas.federated.simulation.SimulatedClient;
import io.mlaas.federated.training.CentralPrivacy;
import io.mlaas.federated.training.LocalTraining;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.training.EpochReport;
import io.mlaas.neural.training.LocalTrainer;
import io.mlaas.neural.training.Trainer;
import io.mlaas.neural.training.TrainingResult;
import io.mlaas.neural.training.TrainingSettings;
import io.mlaas.privacy.accounting.Conversion;
import io.mlaas.privacy.accounting.Orders;
import io.mlaas.privacy.accounting.PrivacyCost;
import io.mlaas.privacy.accounting.RdpCurve;
import io.mlaas.privacy.mechanism.KeyedNoise;
import io.mlaas.privacy.pate.ConfidentGaussianNoisyMax;
import io.mlaas.privacy.pate.DataDependentCost;
import io.mlaas.privacy.pate.VoteMechanism;
import io.mlaas.privacy.pate.Votes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Trains the teachers one after the other, has them vote on the public samples, and trains the student on the answers. A
 * function of settings, network and data; interrupted, it goes on after the last teacher that has voted.
 */
public final class FedPate {
    private final FedPateSettings settings;
    private final Network network;
    private final List<SimulatedClient> teachers;
    private final Samples publicSamples;
    private final int classes;
    private final byte[] secret;
    private final Options options;

    /**
     * What changes how it runs, but not what it gives.
     *
     * @param checkpoints a directory for the votes; null: begun anew when interrupted
     * @param voted told after each teacher, how many have voted
     * @param epoch told after each of the student's epochs
     * @param cancelled asked before each step
     */
    public record Options(
            @Nullable Path checkpoints,
            Consumer<Integer> voted,
            Consumer<EpochReport> epoch,
            BooleanSupplier cancelled) {}

    private FedPate(
            FedPateSettings settings,
            Network network,
            List<SimulatedClient> teachers,
            Samples publicSamples,
            byte[] secret,
            Options options) {
        this.secret = secret.clone();
        this.settings = settings;
        this.network = network;
        this.teachers = teachers.stream()
                .sorted(Comparator.comparing(SimulatedClient::name))
                .toList();
        this.publicSamples = publicSamples;
        this.options = options;
        if (!(publicSamples.targets() instanceof Samples.Targets.Classes(int[] labels, List<String> names))) {
            throw new IllegalArgumentException(
                    "samples: numbers to predict (expected: classes, for which teachers vote)");
        }
        this.classes = names.size();
        if (teachers.isEmpty() || publicSamples.count() == 0) {
            throw new IllegalArgumentException(teachers.size() + " teachers and " + publicSamples.count()
                    + " public samples (expected: at least one of each)");
        }
    }

    /**
     * @param teachers each with the samples that only it sees
     * @param publicSamples whose features all may see; their labels are not looked at
     * @throws NothingAnsweredException when the mechanism answered no query
     * @throws CancellationException when the options' {@code cancelled} said true
     */
    public static FedPateResult run(
            FedPateSettings settings,
            Network network,
            List<SimulatedClient> teachers,
            Samples publicSamples,
            Options options) {
        return run(settings, network, teachers, publicSamples, CentralPrivacy.secretOf(settings.seed()), options);
    }

    /** @param secret what the noise on the votes is drawn from, 16 bytes or more: with it, the seed tells nothing of it */
    public static FedPateResult run(
            FedPateSettings settings,
            Network network,
            List<SimulatedClient> teachers,
            Samples publicSamples,
            byte[] secret,
            Options options) {
        return new FedPate(settings, network, teachers, publicSamples, secret, options).run();
    }

    private FedPateResult run() {
        int asked = Math.min(settings.queries(), publicSamples.count());
        Samples questions = rows(asked);
        int[][] votes = votes(questions);
        List<FedPateResult.Answer> answers = new ArrayList<>();
        VoteMechanism mechanism = settings.mechanism();
        DataDependentCost dependent = mechanism == null ? null : DataDependentCost.none(Orders.PATE);
        for (int query = 0; query < settings.queries(); query++) {
            int row = query % asked;
            Votes counted = Votes.count(column(votes, row), classes);
            OptionalInt label = mechanism == null
                    ? OptionalInt.of(counted.plurality())
                    : mechanism.answer(counted, KeyedNoise.of(secret, "vote", query));
            if (mechanism != null && dependent != null) {
                dependent = dependent.plus(mechanism.costGiven(counted, label.isPresent(), Orders.PATE));
            }
            label.ifPresent(answer -> answers.add(new FedPateResult.Answer(row, answer)));
        }
        if (answers.isEmpty()) {
            throw new NothingAnsweredException(settings.queries(), String.valueOf(mechanism));
        }
        TrainingResult student = Trainer.train(
                network,
                training(settings.studentEpochs(), LocalTraining.seedOf(settings.seed(), "student", 0)),
                labelled(answers),
                options.epoch(),
                options.cancelled());
        return new FedPateResult(
                student.weights(),
                settings.queries(),
                List.copyOf(answers),
                spent(answers.size()),
                dependent,
                student.epochs());
    }

    /** Of each teacher the class that it gives to each question. */
    private int[][] votes(Samples questions) {
        Path directory = options.checkpoints();
        VoteFiles files = directory == null ? null : new VoteFiles(directory, identity());
        int[][] votes = new int[teachers.size()][];
        try (LocalTrainer evaluator = new LocalTrainer(network, settings.loss())) {
            for (int i = 0; i < votes.length; i++) {
                SimulatedClient teacher = teachers.get(i);
                int[] known = files == null ? null : files.read(teacher.name(), questions.count());
                votes[i] = known == null ? vote(teacher, questions, evaluator) : known;
                if (files != null && known == null) {
                    files.write(teacher.name(), votes[i]);
                }
                options.voted().accept(i + 1);
            }
        }
        return votes;
    }

    private int[] vote(SimulatedClient teacher, Samples questions, LocalTrainer evaluator) {
        if (options.cancelled().getAsBoolean()) {
            throw new CancellationException("cancelled before teacher " + teacher.name());
        }
        TrainingResult trained = Trainer.train(
                network,
                training(settings.teacherEpochs(), LocalTraining.seedOf(settings.seed(), teacher.name(), 0)),
                teacher.samples(),
                epoch -> {},
                options.cancelled());
        float[] weights = ParameterLayout.of(network).flatten(trained.weights());
        float[][] outputs = evaluator.evaluate(weights, questions).outputs();
        int[] labels = new int[outputs.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = likeliest(outputs[i]);
        }
        return labels;
    }

    /** A single output says how likely the second of two classes is. */
    private static int likeliest(float[] output) {
        if (output.length == 1) {
            return output[0] > 0 ? 1 : 0;
        }
        int best = 0;
        for (int i = 1; i < output.length; i++) {
            best = output[i] > output[best] ? i : best;
        }
        return best;
    }

    private TrainingSettings training(int epochs, long seed) {
        TrainingSettings usual = TrainingSettings.defaults();
        return new TrainingSettings(
                settings.loss(),
                settings.optimizer(),
                usual.schedule(),
                settings.batch(),
                epochs,
                seed,
                new TrainingSettings.Split(0, 0, false),
                null,
                usual.classWeights(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                null);
    }

    private PrivacyCost spent(int answered) {
        VoteMechanism mechanism = settings.mechanism();
        if (mechanism == null) {
            return PrivacyCost.unbounded("The teachers' votes were counted without noise.");
        }
        RdpCurve curve = mechanism instanceof ConfidentGaussianNoisyMax confident
                ? confident.cost(settings.queries(), answered, Orders.PATE)
                : mechanism.cost(settings.queries(), Orders.PATE);
        return PrivacyCost.of(
                curve,
                settings.delta(),
                Conversion.CLASSIC,
                "All of one teacher's samples: " + settings.queries() + " queries, " + answered + " answers.");
    }

    private static int[] column(int[][] votes, int row) {
        int[] column = new int[votes.length];
        for (int i = 0; i < votes.length; i++) {
            column[i] = votes[i][row];
        }
        return column;
    }

    private Samples rows(int count) {
        int[] first = new int[count];
        Arrays.setAll(first, i -> i);
        return SimulatedClient.rows(publicSamples, first);
    }

    /** The answered questions with the answers in the labels' place. */
    private Samples labelled(List<FedPateResult.Answer> answers) {
        int[] rows = answers.stream().mapToInt(FedPateResult.Answer::row).toArray();
        int[] labels = answers.stream().mapToInt(FedPateResult.Answer::label).toArray();
        Samples some = SimulatedClient.rows(publicSamples, rows);
        Samples.Targets.Classes truth = (Samples.Targets.Classes) some.targets();
        return new Samples(some.shape(), some.features(), new Samples.Targets.Classes(labels, truth.names()));
    }

    /** Names the votes: the same for the same teachers and questions. */
    private String identity() {
        return settings.teacherEpochs() + " " + settings.batch() + " " + settings.optimizer() + " " + settings.loss()
                + " " + settings.seed() + " " + network.nodes() + " " + DataDigest.of(teachers, publicSamples);
    }
}
