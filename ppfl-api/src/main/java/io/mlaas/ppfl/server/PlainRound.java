package io.mlaas.ppfl.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mlaas.federated.aggregation.Aggregator;
import io.mlaas.federated.aggregation.ModelUpdate;
import io.mlaas.federated.aggregation.RefusedUpdateException;
import io.mlaas.federated.aggregation.TooFewUpdatesException;
import io.mlaas.federated.aggregation.UpdateChecks;
import io.mlaas.ppfl.protocol.message.ProtocolException;
import io.mlaas.ppfl.protocol.message.Vectors;
import io.mlaas.ppfl.protocol.v1.Measures;
import io.mlaas.ppfl.protocol.v1.Phase;
import io.mlaas.ppfl.protocol.v1.Training;
import io.mlaas.ppfl.protocol.v1.Update;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One phase: the weights are sent, the updates come as they are, and the server sees each. */
final class PlainRound implements RoundProtocol {
    /** An update so many times as long as the median one is no local training of the same model. */
    private static final double OUTSIZED = 10;

    private static final int ENOUGH_FOR_A_MEDIAN = 3;
    private static final double ROUNDING = 1 + 1e-5;
    private static final int BEGINNING = 8;

    /** Its mean over the samples of all clients can be taken. */
    private static final double LARGEST_LOSS = 1e100;

    private final RunPlan plan;

    PlainRound(RunPlan plan) {
        this.plan = plan;
    }

    @Override
    public List<Phase> phases() {
        return List.of(Phase.UPDATE);
    }

    @Override
    public Phase updates() {
        return Phase.UPDATE;
    }

    @Override
    public int quorum() {
        return plan.quorum();
    }

    @Override
    public ByteString question(Phase phase, String name, RoundRecord record) {
        return Training.newBuilder()
                .setWeights(ByteString.copyFrom(record.run().model()))
                .setClippingNorm(record.run().clippingNorm())
                .build()
                .toByteString();
    }

    @Override
    public void check(Phase phase, String name, ByteString answer, RoundRecord record) {
        Run run = record.run();
        Update update = parse(answer);
        double largest = run.clippingNorm() > 0 ? run.clippingNorm() * ROUNDING : Double.POSITIVE_INFINITY;
        try {
            new UpdateChecks(plan.layout(), largest, Integer.MAX_VALUE).require(model(name, update));
        } catch (RefusedUpdateException e) {
            throw new AnswerRefused(e.reason(), e);
        }
        requireMeasures(update.hasMeasures() ? update.getMeasures() : Measures.getDefaultInstance());
    }

    static void requireMeasures(Measures measures) {
        boolean sane = measures.getSamples() >= 0
                && measures.getSamples() <= Integer.MAX_VALUE
                && Math.abs(measures.getLoss()) <= LARGEST_LOSS
                && measures.getAccuracy() >= 0
                && measures.getAccuracy() <= 1;
        if (!sane) {
            throw new AnswerRefused(
                    "measures: %d samples, loss %s, accuracy %s (expected: 0 to %d, at most %.0e, 0 to 1)"
                            .formatted(
                                    measures.getSamples(),
                                    measures.getLoss(),
                                    measures.getAccuracy(),
                                    Integer.MAX_VALUE,
                                    LARGEST_LOSS));
        }
    }

    @Override
    public RoundResult aggregate(RoundRecord record) {
        Map<String, Update> updates = new LinkedHashMap<>();
        record.answers(Phase.UPDATE).forEach((name, answer) -> updates.put(name, parse(ByteString.copyFrom(answer))));
        Map<String, String> outsized = record.run().clippingNorm() > 0 ? Map.of() : outsized(updates);
        Map<String, String> refused = plan.takesTheMean() ? outsized : Map.of();
        Map<String, String> outlying = plan.takesTheMean() ? Map.of() : outsized;
        updates.keySet().removeAll(refused.keySet());
        if (updates.size() < quorum()) {
            return new RoundResult(new double[0], updates.keySet(), refused, Map.of(), 0);
        }
        Aggregator aggregator = plan.aggregation().start(plan.layout().size());
        updates.forEach((name, update) -> aggregator.add(model(name, update)));
        try {
            Map<String, Measures> measures = new LinkedHashMap<>();
            Set<String> counted = new LinkedHashSet<>(updates.keySet());
            counted.removeAll(outlying.keySet());
            updates.forEach((name, update) -> {
                if (update.hasMeasures() && counted.contains(name)) {
                    measures.put(name, update.getMeasures());
                }
            });
            int within = (int)
                    updates.values().stream().filter(Update::getWithinNorm).count();
            return new RoundResult(aggregator.finish(), counted, refused, outlying, measures, within);
        } catch (TooFewUpdatesException e) {
            throw new AnswerRefused(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Where the mean is taken, one that is scaled would be all of it, and is left out. Robust strategies get it nevertheless, as
     * they are made for so many updates of which some are such; its client is named.
     */
    private Map<String, String> outsized(Map<String, Update> updates) {
        if (updates.size() < ENOUGH_FOR_A_MEDIAN) {
            return Map.of();
        }
        Map<String, Double> norms = new LinkedHashMap<>();
        updates.forEach((name, update) -> norms.put(name, model(name, update).norm()));
        List<Double> sorted = new ArrayList<>(norms.values());
        sorted.sort(null);
        double most = OUTSIZED * sorted.get((sorted.size() - 1) / 2);
        Map<String, String> refused = new LinkedHashMap<>();
        norms.forEach((name, norm) -> {
            if (norm > most) {
                refused.put(
                        name,
                        "norm: %s (expected: at most %s, %.0f times the median of the round)%s"
                                .formatted(
                                        norm.floatValue(),
                                        (float) most,
                                        OUTSIZED,
                                        plan.takesTheMean()
                                                ? ""
                                                : "; it is left to the strategy, which withstands it"));
            }
        });
        return refused;
    }

    @Override
    public SeenUpdates.Seen seen(int round, String name, byte[] answer) {
        ByteString change = parse(ByteString.copyFrom(answer)).getChange();
        float[] numbers = Vectors.floats(change.substring(0, Math.min(change.size(), BEGINNING * Float.BYTES)));
        return new SeenUpdates.Seen(
                round, name, "PLAIN", change.size(), Digests.sha256(change.toByteArray()), Arrays.toString(numbers));
    }

    private ModelUpdate model(String name, Update update) {
        try {
            return new ModelUpdate(name, plan.weighted() ? update.getSamples() : 1, Vectors.floats(update.getChange()));
        } catch (ProtocolException e) {
            throw new AnswerRefused("shape: " + e.getMessage(), e);
        }
    }

    private static Update parse(ByteString answer) {
        try {
            return Update.parseFrom(answer);
        } catch (InvalidProtocolBufferException e) {
            throw new AnswerRefused("not an Update message (expected: one, as the phase says)", e);
        }
    }
}
