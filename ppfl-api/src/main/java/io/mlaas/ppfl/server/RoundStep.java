package io.mlaas.ppfl.server;

import io.mlaas.federated.aggregation.ServerOptimizer;
import io.mlaas.federated.training.Clipping;
import io.mlaas.ppfl.protocol.message.Vectors;
import io.mlaas.privacy.mechanism.KeyedNoise;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * From a round's result to the next model: noise, the server's optimiser, the next clipping norm. A function of what is
 * committed and the federation's secret, so that a server that was killed calculates the same again.
 *
 * @param secret of the federation; noise is made of it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RoundStep(RunPlan plan, byte[] secret) {
    private static final double SHARE_OF_THE_COUNTS_NOISE = 20;

    /** What the next round begins with. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Next(byte[] weights, byte[] optimizer, double clippingNorm) {}

    Next begin(Run run) {
        float[] model = plan.initialModel(run.seed());
        return new Next(Vectors.array(model), bytes(plan.optimizer().begin(model.length)), plan.clippingNorm());
    }

    Next after(Run run, RoundResult result) {
        float[] model = Vectors.floats(run.model());
        double[] change = result.change();
        int clients = result.counted().size();
        cover(change, run, clients);
        ServerOptimizer.State state = state(run.optimizer());
        plan.optimizer().step(model, state, change, plan.layout());
        for (int i = 0; i < model.length; i++) {
            if (!Float.isFinite(model[i])) {
                throw new AnswerRefused(plan.layout().at(i) + ": " + model[i] + " after round " + run.round()
                        + " (expected: a finite number; a smaller server learning rate may help)");
            }
        }
        return new Next(Vectors.array(model), bytes(state), clippingNorm(run, result));
    }

    /** N(0, (zC)²) on the sum, which here is a mean already. */
    private void cover(double[] change, Run run, int clients) {
        double multiplier = plan.noiseMultiplier();
        if (multiplier == 0) {
            return;
        }
        double ofUpdates = plan.adaptive() == null
                ? multiplier
                : Clipping.updateNoiseMultiplier(multiplier, clients / SHARE_OF_THE_COUNTS_NOISE);
        double sigma = ofUpdates * run.clippingNorm() / clients;
        KeyedNoise noise = KeyedNoise.of(secret, "aggregate", run.round());
        for (int i = 0; i < change.length; i++) {
            change[i] += noise.gaussian(sigma);
        }
    }

    private double clippingNorm(Run run, RoundResult result) {
        Clipping.Adaptive adaptive = plan.adaptive();
        if (adaptive == null) {
            return run.clippingNorm();
        }
        int clients = result.counted().size();
        double within = result.withinNorm();
        if (plan.noiseMultiplier() > 0) {
            within += KeyedNoise.of(secret, "clipped clients", run.round())
                    .gaussian(clients / SHARE_OF_THE_COUNTS_NOISE);
        }
        return adaptive.next(run.clippingNorm(), within / clients);
    }

    private static byte[] bytes(ServerOptimizer.State state) {
        int first = state.first().length;
        int second = state.second().length;
        ByteBuffer bytes = ByteBuffer.allocate(2 * Integer.BYTES + (first + second) * Double.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(first)
                .putInt(second);
        for (double value : state.first()) {
            bytes.putDouble(value);
        }
        for (double value : state.second()) {
            bytes.putDouble(value);
        }
        return bytes.array();
    }

    private static ServerOptimizer.State state(byte @Nullable [] stored) {
        if (stored == null) {
            throw new IllegalStateException("no state of the server's optimiser before the first round");
        }
        ByteBuffer bytes = ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN);
        double[] first = new double[bytes.getInt()];
        double[] second = new double[bytes.getInt()];
        bytes.asDoubleBuffer().get(first).get(second);
        return new ServerOptimizer.State(first, second);
    }
}
