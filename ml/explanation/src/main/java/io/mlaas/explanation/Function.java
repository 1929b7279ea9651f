package io.mlaas.explanation;

import java.util.function.DoubleUnaryOperator;

/** A function of one number, with its derivative. */
record Function(DoubleUnaryOperator values, DoubleUnaryOperator slopes) {

    double value(double x) {
        return values.applyAsDouble(x);
    }

    double slope(double x) {
        return slopes.applyAsDouble(x);
    }

    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    static final Function SIGMOID = new Function(Function::sigmoid, x -> sigmoid(x) * sigmoid(-x));
    static final Function TANH = new Function(Math::tanh, x -> 1 - Math.tanh(x) * Math.tanh(x));
    static final Function RELU = new Function(x -> Math.max(x, 0), x -> x > 0 ? 1 : 0);
    static final Function EXP = new Function(Math::exp, Math::exp);
    static final Function RECIPROCAL = new Function(x -> 1 / x, x -> -1 / (x * x));
    static final Function SQRT = new Function(Math::sqrt, x -> 0.5 / Math.sqrt(x));
    static final Function LOG = new Function(Math::log, x -> 1 / x);
    static final Function ABS = new Function(Math::abs, Math::signum);

    static Function power(double exponent) {
        return new Function(x -> Math.pow(x, exponent), x -> exponent * Math.pow(x, exponent - 1));
    }

    static Function clip(double low, double high) {
        return new Function(x -> Math.min(Math.max(x, low), high), x -> x > low && x < high ? 1 : 0);
    }
}
