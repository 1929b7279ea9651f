package io.mlaas.explanation;

import io.mlaas.explanation.Tape.Edge;
import io.mlaas.onnx.numeric.Array;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Batch, layer and instance normalisation, and softmax. */
final class NormalizationRules {
    private static final double EPSILON = 1e-5f;

    private NormalizationRules() {}

    static void register(RuleTable table) {
        table.add("BatchNormalization", Set.of(0), NormalizationRules::batch);
        table.add("LayerNormalization", Set.of(0), NormalizationRules::layer);
        table.add("InstanceNormalization", Set.of(0), NormalizationRules::instance);
        table.add("LogSoftmax", c -> logSoftmax(c.tape(), c.input(0), softmaxAxis(c)));
        table.add("Softmax", c -> c.tape().rescaled(logSoftmax(c.tape(), c.input(0), softmaxAxis(c)), Function.EXP));
    }

    private static int softmaxAxis(Call c) {
        return c.axis(-1, c.input(0).now().rank());
    }

    /** With the statistics that are stored, a scale and a shift per channel. */
    private static Traced batch(Call c) {
        double epsilon = c.real("epsilon", EPSILON);
        Array scale = c.constant(1).with(c.constant(4), (s, variance) -> s / Math.sqrt(variance + epsilon));
        Array shift = c.constant(2).minus(c.constant(3).times(scale));
        int[] channels = channels(c.input(0), scale.length());
        Traced scaled = c.tape().times(c.input(0), c.tape().constant(scale.reshape(channels)));
        return c.tape().plus(scaled, c.tape().constant(shift.reshape(channels)));
    }

    private static int[] channels(Traced x, int count) {
        int[] shape = new int[x.now().rank()];
        Arrays.fill(shape, 1);
        shape[Math.min(1, shape.length - 1)] = count;
        return shape;
    }

    private static Traced layer(Call c) {
        int rank = c.input(0).now().rank();
        int[] axes = IntStream.range(c.axis(-1, rank), rank).toArray();
        return normalized(c, axes, c.constant(1), c.has(2) ? c.constant(2) : null);
    }

    private static Traced instance(Call c) {
        int[] axes = IntStream.range(2, c.input(0).now().rank()).toArray();
        int[] channels = channels(c.input(0), c.constant(1).length());
        return normalized(
                c, axes, c.constant(1).reshape(channels), c.constant(2).reshape(channels));
    }

    private static Traced normalized(Call c, int[] axes, Array scale, @Nullable Array shift) {
        Tape tape = c.tape();
        Traced x = c.input(0);
        double epsilon = c.real("epsilon", EPSILON);
        Traced centred = tape.minus(x, ReductionRules.mean(tape, x, axes));
        Traced variance = ReductionRules.mean(tape, tape.times(centred, centred), axes);
        Function inverse =
                new Function(v -> 1 / Math.sqrt(v + epsilon), v -> -0.5 / ((v + epsilon) * Math.sqrt(v + epsilon)));
        Traced normal = tape.times(centred, tape.rescaled(variance, inverse));
        Traced scaled = tape.times(normal, tape.constant(scale));
        return shift == null ? scaled : tape.plus(scaled, tape.constant(shift));
    }

    /**
     * The mean is taken off first, which changes nothing of the output and makes the multipliers add up to zero; not where
     * a mask has put minus infinity, which has no mean.
     */
    private static Traced logSoftmax(Tape tape, Traced x, int axis) {
        boolean masked = Arrays.stream(x.now().values()).anyMatch(Double::isInfinite);
        Traced centred = masked ? x : tape.minus(x, ReductionRules.mean(tape, x, axis));
        return tape.minus(centred, logSumExp(tape, centred, axis));
    }

    /** Rescale for each exponential and for the logarithm of their sum, in terms that do not overflow. */
    static Traced logSumExp(Tape tape, Traced x, int... axes) {
        Array now = logSumExp(x.now(), axes);
        if (!x.varies()) {
            return tape.constant(now);
        }
        Array before = logSumExp(x.before(), axes);
        int[] shape = x.shape();
        Array most = now.with(before, Math::max).broadcastTo(shape);
        Array largest = now.with(before, Math::max);
        double[] slopes = new double[x.length()];
        int[] groups = Tape.places(now.shape(), 0).broadcastTo(shape).integers();
        for (int i = 0; i < slopes.length; i++) {
            int group = groups[i];
            double sum = Math.exp(now.at(group) - largest.at(group));
            double sum0 = Math.exp(before.at(group) - largest.at(group));
            double logarithm =
                    Math.abs(sum - sum0) < Tape.SMALL ? 1 / sum : (now.at(group) - before.at(group)) / (sum - sum0);
            double difference = x.now().at(i) - x.before().at(i);
            double e = Math.exp(x.now().at(i) - most.at(i));
            double e0 = Math.exp(x.before().at(i) - most.at(i));
            slopes[i] = logarithm * (Math.abs(difference) >= Tape.SMALL ? (e - e0) / difference : e);
        }
        return tape.linear(now, before, List.of(new Edge(x, new Summation(groups, slopes))));
    }

    private static Array logSumExp(Array x, int... axes) {
        Array most = x.reduce(Array.Reduction.MAX, true, axes);
        Array sum = x.minus(most).map(Math::exp).reduce(Array.Reduction.SUM, true, axes);
        return sum.map(Math::log).plus(most);
    }
}
