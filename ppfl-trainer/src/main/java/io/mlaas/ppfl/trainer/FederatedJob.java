package io.mlaas.ppfl.trainer;

import io.mlaas.federated.aggregation.ParameterLayout;
import io.mlaas.federated.plan.Plan;
import io.mlaas.federated.plan.Plan.Engine;
import io.mlaas.federated.simulation.PlannedSettings;
import io.mlaas.federated.training.LocalTraining;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.evaluation.HeldOut;
import io.mlaas.neural.network.Layer;
import io.mlaas.neural.network.NetworkDescription;
import io.mlaas.neural.torchscript.ModelCard;
import io.mlaas.neural.torchscript.TorchScriptWriter;
import io.mlaas.neural.training.LocalTrainer;
import io.mlaas.neural.training.Loss;
import io.mlaas.neural.training.Trainer;
import io.mlaas.neural.training.TrainingResult;
import io.mlaas.neural.training.TrainingSettings;
import io.mlaas.trainer.job.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** From a plan and a dataset to a trained model and its measures in an output directory. */
final class FederatedJob {
    private final JobInput input;
    private final Plan plan;
    private final RoundLines progress;
    private final BooleanSupplier cancelled;

    FederatedJob(JobInput input, RoundLines progress, BooleanSupplier cancelled) {
        this.input = input;
        this.plan = input.plan();
        this.progress = progress;
        this.cancelled = cancelled;
    }

    /** @param checkpoints a directory of this job's own, which is gone when it has ended well */
    void run(Path output, Path checkpoints) throws IOException {
        long start = System.nanoTime();
        Draws draws = Draws.of(plan, checkpoints);
        FederationData data = FederationData.of(input, draws.seed());
        double readSeconds = seconds(start);
        checkFits(data);
        introduce(data, draws);
        Learner learner = plan.engine() == Engine.FEDPATE ? new Teaching(plan, data) : new Averaging(plan, data);
        Learner.Watch watch = new Learner.Watch(checkpoints, progress, cancelled);
        Learned learned = learner.learn(data.clients(), draws, watch);
        double trainingSeconds = seconds(start) - readSeconds;
        Map<String, Object> federated = new MetricsFile(plan, data, draws).federated(learned);
        if (plan.training().centralComparison()) {
            federated.put("central_accuracy", central(data, draws));
        }
        if (plan.privacy().membershipInference()) {
            federated.put(
                    "membership_inference",
                    new MembershipRisk(data, learner, plan.topology()).measure(learned.weights(), draws, watch));
        }
        if (cancelled.getAsBoolean()) {
            throw new CancellationException("cancelled before the model was written");
        }
        Files.createDirectories(output);
        ModelCard card = card(data);
        Path partial = output.resolve(".model.pt.part");
        TorchScriptWriter.write(data.network(), learned.weights(), card.toJson(data.network()), partial);
        HeldOut.Measured measured = HeldOut.measure(partial, card.output(), data.samples(), data.test());
        progress.say(measured.text());
        new MetricsFile(plan, data, draws)
                .write(
                        output.resolve("metrics.json"),
                        input,
                        partial,
                        measured.fields(),
                        federated,
                        learned.rounds(),
                        Map.of(
                                "read_seconds",
                                readSeconds,
                                "training_seconds",
                                trainingSeconds,
                                "total_seconds",
                                seconds(start)));
        Files.move(partial, output.resolve("model.pt"), StandardCopyOption.ATOMIC_MOVE);
        delete(checkpoints);
        progress.machine(summary(data, measured, federated));
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    /** Network, loss and samples fit together: refused before anybody trains. */
    private void checkFits(FederationData data) {
        Trainer.check(data.network(), central(data.loss(), 1, 0), data.samples());
        if (plan.engine() == Engine.FEDPATE && !(data.samples().targets() instanceof Samples.Targets.Classes)) {
            throw new BadInputException("dataset: numbers to predict (expected: classes, for which teachers vote)");
        }
    }

    private void introduce(FederationData data, Draws draws) {
        progress.say("plan " + plan.name() + ": engine "
                + plan.engine().name().toLowerCase(Locale.ROOT) + ", "
                + data.clients().size() + " clients, " + plan.topology().rounds() + " rounds, " + draws);
        progress.say("network " + plan.model().description().name() + ": input "
                + data.network().input() + ", output " + data.network().output() + ", "
                + ParameterLayout.of(data.network()).size() + " parameters; "
                + data.samples().count() + " samples, of them " + data.test().length + " held out and "
                + data.publicRows().length + " public");
        var cost = plan.privacyCost();
        progress.say(
                cost.bounded()
                        ? "privacy: ε " + cost.epsilon() + " at δ " + cost.delta() + ". " + cost.explanation()
                        : "privacy: no ε. " + cost.explanation());
    }

    /** The same network on all clients' samples in one place. */
    private double central(FederationData data, Draws draws) {
        int epochs = plan.engine() == Engine.FEDPATE
                ? plan.training().teacherEpochs()
                : plan.training().localEpochs();
        progress.say("central training for comparison");
        TrainingResult result = Trainer.train(
                data.network(),
                central(
                        data.loss(),
                        Math.multiplyExact(epochs, plan.topology().rounds()),
                        LocalTraining.seedOf(draws.seed(), "central", 0)),
                data.pooled(),
                epoch -> {},
                cancelled);
        try (LocalTrainer evaluator = new LocalTrainer(data.network(), data.loss())) {
            return evaluator
                    .evaluate(ParameterLayout.of(data.network()).flatten(result.weights()), data.testSamples())
                    .accuracy()
                    .orElseThrow(() -> new BadInputException(
                            "training.central_comparison: true (expected: false where numbers are predicted)"));
        }
    }

    private TrainingSettings central(Loss loss, int epochs, long seed) {
        TrainingSettings usual = TrainingSettings.defaults();
        return new TrainingSettings(
                loss,
                PlannedSettings.local(plan.training()).optimizer(),
                usual.schedule(),
                plan.training().batch(),
                epochs,
                seed,
                new TrainingSettings.Split(0, 0, false),
                null,
                usual.classWeights(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                null);
    }

    private ModelCard card(FederationData data) {
        NetworkDescription description = plan.model().description();
        boolean classes = data.samples().targets() instanceof Samples.Targets.Classes;
        String output = "values";
        if (data.network().endsWith(Layer.Function.SOFTMAX)
                || (data.network().endsWith(Layer.Function.SIGMOID) && data.loss() == Loss.BCE_WITH_LOGITS)) {
            output = "probabilities";
        } else if (data.network().endsWith(Layer.Function.LOG_SOFTMAX)) {
            output = "log_probabilities";
        } else if (data.loss().classification()) {
            output = "logits";
        }
        return new ModelCard(
                description.name(),
                classes ? "classification" : "regression",
                output,
                data.samples().targets() instanceof Samples.Targets.Classes(int[] labels, List<String> names)
                        ? names
                        : List.of(),
                data.mapping().scale(),
                data.mapping().offset(),
                description.sha256());
    }

    private static Map<String, Object> summary(
            FederationData data, HeldOut.Measured measured, Map<String, Object> federated) {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("done", true);
        summary.put("samples_held_out", data.test().length);
        measured.fields().forEach((name, value) -> {
            if (value instanceof Double) {
                summary.put(name, value);
            }
        });
        for (String name : List.of("epsilon", "delta", "central_accuracy")) {
            Object value = federated.get(name);
            if (value != null) {
                summary.put(name, value);
            }
        }
        return summary;
    }

    private static void delete(Path checkpoints) throws IOException {
        if (!Files.isDirectory(checkpoints)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> listed = Files.list(checkpoints)) {
            files = listed.toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
        Files.delete(checkpoints);
    }
}
