package io.mlaas.online.linear;

import io.mlaas.online.StateValues;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** A rate of its own for every weight; only columns that are not 0 in a row move. The intercept has no penalty. */
abstract class CoordinateOptimizer implements Optimizer {
    private final boolean intercept;
    private final Weights weights;
    private double[] squares; // what belongs to the squared derivatives; the intercepts' are last
    private double[] sums;

    CoordinateOptimizer(boolean intercept, Weights weights) {
        this.intercept = intercept;
        this.weights = weights;
        squares = new double[weights.raw.length + weights.margins()];
        sums = new double[squares.length];
    }

    /**
     * The weight after one step.
     *
     * @param at where {@code squares} and {@code sums} keep what belongs to this weight
     * @param penalty 1, or 0 for an intercept
     */
    abstract double moved(double weight, double derivative, double[] squares, double[] sums, int at, double penalty);

    @Override
    public final void step(OneHotRow row, int margin, double p, double y, double derivative, double weight) {
        double weighted = derivative * weight;
        int[] index = row.index;
        for (int i = 0; i < index.length; i++) {
            if (row.value[i] != 0) {
                int at = margin * weights.columns + index[i];
                weights.raw[at] = moved(weights.raw[at], weighted * row.value[i], squares, sums, at, 1);
            }
        }
        if (intercept) {
            int at = weights.raw.length + margin;
            weights.intercepts[margin] = moved(weights.intercepts[margin], weighted, squares, sums, at, 0);
        }
    }

    /** What is kept beside a weight that an optimiser with another rate left. */
    double sumOf(double weight, double sum, double square, double penalty) {
        return sum;
    }

    @Override
    public final void rateChanged() {
        for (int at = 0; at < sums.length; at++) {
            boolean ofColumn = at < weights.raw.length;
            double weight = ofColumn ? weights.raw[at] : weights.intercepts[at - weights.raw.length];
            sums[at] = sumOf(weight, sums[at], squares[at], ofColumn ? 1 : 0);
        }
    }

    @Override
    public final void grow() {
        squares = grown(squares);
        sums = grown(sums);
    }

    private double[] grown(double[] values) {
        int oldMargins = values.length / (weights.columns + 1);
        double[] grown = new double[weights.raw.length + weights.margins()];
        System.arraycopy(values, 0, grown, 0, oldMargins * weights.columns);
        System.arraycopy(values, oldMargins * weights.columns, grown, weights.raw.length, oldMargins);
        return oldMargins == 1 ? doubled(values, grown) : grown;
    }

    /** The one margin of two classes was made two: the first is its opposite. */
    private double[] doubled(double[] values, double[] grown) {
        int columns = weights.columns;
        boolean signed = values == sums;
        for (int i = 0; i < columns; i++) {
            grown[columns + i] = values[i];
            grown[i] = signed ? -values[i] : values[i];
        }
        grown[weights.raw.length + 1] = values[columns];
        grown[weights.raw.length] = signed ? -values[columns] : values[columns];
        return grown;
    }

    @Override
    public final void writeState(DataOutput out) throws IOException {
        StateValues.write(out, squares);
        StateValues.write(out, sums);
    }

    @Override
    public final void readState(DataInput in) throws IOException {
        StateValues.read(in, squares);
        StateValues.read(in, sums);
    }

    /** Towards 0 by {@code by}, and not beyond. */
    static double towardsZero(double value, double by) {
        return Math.copySign(Math.max(0, Math.abs(value) - by), value);
    }

    /** Diagonal AdaGrad with composite mirror descent for the penalties (Duchi, Hazan and Singer 2011). */
    static final class AdaGrad extends CoordinateOptimizer {
        private static final double SMALL = 1e-10;

        private final double eta0;
        private final double l1;
        private final double l2;

        AdaGrad(double eta0, double l1, double l2, boolean intercept, Weights weights) {
            super(intercept, weights);
            this.eta0 = eta0;
            this.l1 = l1;
            this.l2 = l2;
        }

        @Override
        public String rateField() {
            return "eta0";
        }

        @Override
        double moved(double weight, double derivative, double[] squares, double[] sums, int at, double penalty) {
            squares[at] += derivative * derivative;
            if (squares[at] == 0) {
                return weight;
            }
            double rate = eta0 / (Math.sqrt(squares[at]) + SMALL);
            double moved = weight - rate * derivative;
            if (l1 == 0 && l2 == 0) {
                return moved;
            }
            return towardsZero(moved, rate * l1 * penalty) / (1 + rate * l2 * penalty);
        }
    }

    /**
     * FTRL-proximal with rates per coordinate (McMahan et al. 2013, algorithm 1; its names are kept). {@code squares} holds
     * the root of its {@code n}, which saves a root for each step.
     */
    static final class Ftrl extends CoordinateOptimizer {
        private final double inverseAlpha;
        private final double beta;
        private final double l1;
        private final double l2;

        Ftrl(double alpha, double beta, double l1, double l2, boolean intercept, Weights weights) {
            super(intercept, weights);
            inverseAlpha = 1 / alpha;
            this.beta = beta;
            this.l1 = l1;
            this.l2 = l2;
        }

        @Override
        public String rateField() {
            return "alpha";
        }

        /** The weights are made of the sums: others give the same weights with this rate. */
        @Override
        double sumOf(double weight, double sum, double square, double penalty) {
            if (weight == 0) {
                return sum;
            }
            double denominator = (beta + square) * inverseAlpha + l2 * penalty;
            return -(weight * denominator + Math.copySign(l1 * penalty, weight));
        }

        @Override
        double moved(double weight, double derivative, double[] squares, double[] sums, int at, double penalty) {
            double before = squares[at];
            double root = Math.sqrt(before * before + derivative * derivative);
            sums[at] += derivative - (root - before) * inverseAlpha * weight;
            squares[at] = root;
            double denominator = (beta + root) * inverseAlpha + l2 * penalty;
            return denominator == 0 ? 0 : -towardsZero(sums[at], l1 * penalty) / denominator;
        }
    }
}
