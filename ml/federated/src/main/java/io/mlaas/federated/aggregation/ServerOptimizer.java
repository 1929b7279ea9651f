package io.mlaas.federated.aggregation;

import java.util.Arrays;

/**
 * What the server does with a round's aggregate Δ to get from the model x to the next (Reddi et al., Adaptive Federated
 * Optimization, ICLR 2021, Algorithm 2). Running statistics of the network take Δ as it is.
 */
public sealed interface ServerOptimizer {

    double learningRate();

    /** x ← x + ηΔ; with η = 1 the clients' mean itself. */
    record Average(double learningRate) implements ServerOptimizer {
        public Average {
            requireRate(learningRate);
        }
    }

    /** FedAvgM: m ← βm + Δ, x ← x + ηm (Hsu et al., 2019). */
    record Momentum(double learningRate, double beta) implements ServerOptimizer {
        public Momentum {
            requireRate(learningRate);
            requireBeta("beta", beta);
        }
    }

    /** FedAdam: m ← β₁m + (1−β₁)Δ, v ← β₂v + (1−β₂)Δ², x ← x + ηm/(√v + τ), where v starts at τ². */
    record Adam(double learningRate, double beta1, double beta2, double tau) implements ServerOptimizer {
        public Adam {
            requireAdaptive(learningRate, beta1, beta2, tau);
        }
    }

    /** FedYogi: as FedAdam with v ← v − (1−β₂)Δ² sign(v − Δ²). */
    record Yogi(double learningRate, double beta1, double beta2, double tau) implements ServerOptimizer {
        public Yogi {
            requireAdaptive(learningRate, beta1, beta2, tau);
        }
    }

    /**
     * What an optimiser remembers between rounds; serialisable as it is.
     *
     * @param first m; empty where it is not kept
     * @param second v; empty where it is not kept
     */
    @SuppressWarnings("ArrayRecordComponent") // bulk numbers, changed in place by the next step
    record State(double[] first, double[] second) {}

    /** Before the first round, for a model of {@code size} numbers. */
    default State begin(int size) {
        return switch (this) {
            case Average a -> new State(new double[0], new double[0]);
            case Momentum m -> new State(new double[size], new double[0]);
            case Adam a -> new State(new double[size], filled(size, a.tau() * a.tau()));
            case Yogi y -> new State(new double[size], filled(size, y.tau() * y.tau()));
        };
    }

    /**
     * One round's step.
     *
     * @param model changed in place
     * @param state changed in place
     * @param aggregate Δ
     * @throws IllegalArgumentException when sizes do not agree
     */
    default void step(float[] model, State state, double[] aggregate, ParameterLayout layout) {
        layout.requireSize(model.length);
        layout.requireSize(aggregate.length);
        requireState(state.first(), this instanceof Average ? 0 : model.length);
        requireState(state.second(), this instanceof Adam || this instanceof Yogi ? model.length : 0);
        int at = 0;
        for (ParameterLayout.Entry entry : layout.entries()) {
            int to = at + entry.shape().elements();
            for (; at < to; at++) {
                model[at] = (float) (model[at] + (entry.buffer() ? aggregate[at] : move(at, state, aggregate[at])));
            }
        }
    }

    private double move(int i, State state, double delta) {
        return switch (this) {
            case Average a -> a.learningRate() * delta;
            case Momentum m -> {
                state.first()[i] = m.beta() * state.first()[i] + delta;
                yield m.learningRate() * state.first()[i];
            }
            case Adam a -> {
                double v = a.beta2() * state.second()[i] + (1 - a.beta2()) * delta * delta;
                yield adaptive(i, state, delta, v, a.learningRate(), a.beta1(), a.tau());
            }
            case Yogi y -> {
                double square = delta * delta;
                double v = state.second()[i];
                v -= (1 - y.beta2()) * square * Math.signum(v - square);
                yield adaptive(i, state, delta, v, y.learningRate(), y.beta1(), y.tau());
            }
        };
    }

    private static double adaptive(int i, State state, double delta, double v, double rate, double beta1, double tau) {
        double m = beta1 * state.first()[i] + (1 - beta1) * delta;
        state.first()[i] = m;
        state.second()[i] = v;
        return rate * m / (Math.sqrt(v) + tau);
    }

    private static double[] filled(int size, double value) {
        double[] values = new double[size];
        Arrays.fill(values, value);
        return values;
    }

    private static void requireState(double[] values, int size) {
        if (values.length != size) {
            throw new IllegalArgumentException(
                    "state of the server's optimiser: " + values.length + " numbers (expected: " + size + ")");
        }
    }

    private static void requireAdaptive(double rate, double beta1, double beta2, double tau) {
        requireRate(rate);
        requireBeta("beta1", beta1);
        requireBeta("beta2", beta2);
        if (!(tau > 0)) {
            throw new IllegalArgumentException("tau: " + tau + " (expected: > 0)");
        }
    }

    private static void requireRate(double rate) {
        if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("server learning rate: " + rate + " (expected: > 0)");
        }
    }

    private static void requireBeta(String name, double beta) {
        if (!(beta >= 0 && beta < 1)) {
            throw new IllegalArgumentException(name + ": " + beta + " (expected: >= 0 and < 1)");
        }
    }
}
