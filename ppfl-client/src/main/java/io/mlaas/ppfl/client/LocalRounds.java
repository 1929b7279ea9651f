package io.mlaas.ppfl.client;

import com.google.protobuf.ByteString;
import io.mlaas.federated.aggregation.ModelUpdate;
import io.mlaas.federated.aggregation.ParameterLayout;
import io.mlaas.federated.plan.Plan;
import io.mlaas.federated.plan.TrainingPlan;
import io.mlaas.federated.training.Clipping;
import io.mlaas.federated.training.LocalTraining;
import io.mlaas.neural.training.LocalTrainer;
import io.mlaas.neural.training.OptimizerSettings;
import io.mlaas.ppfl.protocol.message.ProtocolException;
import io.mlaas.ppfl.protocol.message.Vectors;
import io.mlaas.ppfl.protocol.v1.Measures;
import io.mlaas.ppfl.protocol.v1.Training;
import io.mlaas.ppfl.protocol.v1.Update;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A client's training in a round: a function of the weights, the federation's seed, the client's name, the round and the
 * data, so that a round that is done again gives the same update. Where filters draw noise, the update is kept instead.
 */
final class LocalRounds implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String participant;
    private final Plan plan;
    private final LocalData data;
    private final boolean reportMeasures;
    private final ProgressLines progress;
    private final LocalTraining training;
    private final int size;
    private final LocalFilters filters;
    private final Releases releases;

    /** @param state where updates with noise of this client are kept */
    LocalRounds(
            String participant,
            Plan plan,
            long seed,
            LocalData data,
            boolean reportMeasures,
            StateDirectory state,
            ProgressLines progress) {
        this.participant = participant;
        this.plan = plan;
        this.data = data;
        this.reportMeasures = reportMeasures || !plan.privacy().promises();
        this.progress = progress;
        ParameterLayout layout = ParameterLayout.of(data.network());
        this.size = layout.size();
        this.filters = new LocalFilters(plan, layout);
        this.releases = new Releases(state, plan.topology().rounds());
        this.training = new LocalTraining(
                data.network(), LocalTraining.lossFor(data.training()), settings(plan.training()), seed);
    }

    private static LocalTrainer.Settings settings(TrainingPlan training) {
        ObjectNode optimizer = JSON.createObjectNode();
        optimizer.put("type", training.optimizer().name().toLowerCase(Locale.ROOT));
        optimizer.put("learning_rate", training.learningRate());
        LocalTrainer.Settings settings =
                new LocalTrainer.Settings(OptimizerSettings.parse(optimizer), training.localEpochs(), training.batch());
        return new LocalTrainer.Settings(
                settings.optimizer(), settings.epochs(), settings.batch(), training.proximalMu(), settings.clip());
    }

    /**
     * What was learned.
     *
     * @param change trained weights less those of the round, filtered, and no longer than the round's limit
     * @param samples trained on; 1 where all clients weigh the same
     * @param measures of the round's weights on what is held back, where they may be told
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Trained(float[] change, long samples, boolean withinNorm, Optional<Measures> measures) {}

    /** @throws ProtocolException if the weights are not those of the plan's network, or a filter does not let it */
    Trained train(int round, Training question) {
        if (!plan.privacy().filtersDraw()) {
            return trained(round, question);
        }
        Update update = releases.of(round, question, () -> update(trained(round, question)));
        return new Trained(
                Vectors.floats(update.getChange()),
                update.getSamples(),
                update.getWithinNorm(),
                update.hasMeasures() ? Optional.of(update.getMeasures()) : Optional.empty());
    }

    /** As it is sent where nothing hides it, and kept where it may be asked for again. */
    static Update update(Trained trained) {
        Update.Builder update = Update.newBuilder()
                .setChange(Vectors.bytes(trained.change()))
                .setSamples(trained.samples())
                .setWithinNorm(trained.withinNorm());
        trained.measures().ifPresent(update::setMeasures);
        return update.build();
    }

    private Trained trained(int round, Training question) {
        float[] weights = weights(question.getWeights());
        long start = System.nanoTime();
        Optional<Measures> measures = measure(weights);
        ModelUpdate update = training.train(participant, round, weights, data.training());
        progress.trained(round, data.training().count(), (System.nanoTime() - start) / 1e9);
        long steps = settings(plan.training()).steps(data.training().count());
        ModelUpdate filtered = filters.apply(update, steps, round);
        progress.filtered(round, plan.privacy().filters());
        double limit = question.getClippingNorm();
        boolean within = limit <= 0 || Clipping.clip(filtered.delta(), limit);
        return new Trained(filtered.delta(), plan.privacy().weighted() ? update.samples() : 1, within, measures);
    }

    private float[] weights(ByteString bytes) {
        float[] weights = Vectors.floats(bytes);
        if (weights.length != size) {
            throw new ProtocolException(
                    "weights: " + weights.length + " numbers (expected: " + size + ", as the plan's network has)");
        }
        return weights;
    }

    private Optional<Measures> measure(float[] weights) {
        if (!reportMeasures || data.heldOut().count() == 0) {
            return Optional.empty();
        }
        LocalTrainer.Evaluation evaluation = training.evaluate(weights, data.heldOut());
        Measures.Builder measures =
                Measures.newBuilder().setSamples(data.heldOut().count()).setLoss(evaluation.loss());
        evaluation.accuracy().ifPresent(measures::setAccuracy);
        return Optional.of(measures.build());
    }

    @Override
    public void close() {
        training.close();
    }
}
