package io.mlaas.ppfl.server;

import io.mlaas.federated.aggregation.ServerOptimizer;
import io.mlaas.federated.training.CentralPrivacy;
import io.mlaas.ppfl.protocol.message.Vectors;
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
        CentralPrivacy.Settings settings = plan.privacy();
        double norm = run.clippingNorm();
        if (settings != null) {
            CentralPrivacy privacy = new CentralPrivacy(settings, secret);
            release(privacy, change, run, clients);
            norm = privacy.nextNorm(norm, result.withinNorm(), clients - result.withinNorm(), run.round());
        }
        ServerOptimizer.State state = state(run.optimizer());
        plan.optimizer().step(model, state, change, plan.layout());
        for (int i = 0; i < model.length; i++) {
            if (!Float.isFinite(model[i])) {
                throw new AnswerRefused(plan.layout().at(i) + ": " + model[i] + " after round " + run.round()
                        + " (expected: a finite number; a smaller server learning rate may help)");
            }
        }
        return new Next(Vectors.array(model), bytes(state), norm);
    }

    /** What is a mean becomes a sum again: that is what noise is measured for. */
    private static void release(CentralPrivacy privacy, double[] change, Run run, int clients) {
        for (int i = 0; i < change.length; i++) {
            change[i] *= clients;
        }
        double[] unused = privacy.release(change, run.clippingNorm(), run.round());
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
