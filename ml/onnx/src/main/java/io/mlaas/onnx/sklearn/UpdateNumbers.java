package io.mlaas.onnx.sklearn;

import java.util.Arrays;

/** What {@link Updates} computes, in 64-bit floats. */
final class UpdateNumbers {
    private final Updates updates;
    private final Matrix components;
    private final double[][] x;
    private final double[] sums;
    private final Matrix curvature;

    private UpdateNumbers(Updates updates, double[][] given) {
        this.updates = updates;
        this.components = updates.components();
        this.x = given;
        this.sums = UpdateNodes.sums(components);
        this.curvature = UpdateNodes.curvature(components, 0);
    }

    static double[][] shares(Updates updates, double[][] x) {
        return new UpdateNumbers(updates, x).repeated();
    }

    private double[][] repeated() {
        double mean = 0;
        for (double[] row : x) {
            for (double value : row) {
                mean += value / ((double) x.length * row.length);
            }
        }
        double[][] shares = new double[x.length][components.rows()];
        for (double[] row : shares) {
            Arrays.fill(row, Math.sqrt(mean / components.rows()));
        }
        double first = updates.bySteps() ? 0 : error(shares);
        double last = first;
        for (int round = 1; round <= updates.rounds(); round++) {
            double[][] after = round(updates.penaltyGrows() ? round : 1, shares);
            if (updates.bySteps()) {
                if (updates.tolerance() > 0 && moved(shares, after) <= updates.tolerance()) {
                    return after;
                }
            } else if (round % Updates.EVERY == 0) {
                double now = error(after);
                if (updates.tolerance() > 0 && (last - now) / first < updates.tolerance()) {
                    return after;
                }
                last = now;
            }
            shares = after;
        }
        return shares;
    }

    /** @param times how often the linear penalty counts */
    private double[][] round(int times, double[]... shares) {
        double[][] after = new double[shares.length][];
        for (int row = 0; row < shares.length; row++) {
            double[] before = shares[row];
            double[] towards = updates.divergence() ? ratios(x[row], rebuilt(before)) : x[row];
            after[row] = new double[before.length];
            for (int t = 0; t < before.length; t++) {
                double there = updates.divergence() ? sums[t] : Evaluation.dot(curvature.row(t), before);
                double all = there + times * updates.linear() + updates.quadratic() * before[t];
                double wanted = Evaluation.dot(components.row(t), towards);
                after[row][t] = before[t] * (wanted / (all == 0 ? Updates.LEAST : all));
            }
        }
        return after;
    }

    private double[] rebuilt(double... shares) {
        double[] row = new double[components.columns()];
        for (int t = 0; t < shares.length; t++) {
            for (int i = 0; i < row.length; i++) {
                row[i] += shares[t] * components.at(t, i);
            }
        }
        return row;
    }

    private static double[] ratios(double[] row, double... rebuilt) {
        double[] ratios = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            ratios[i] = row[i] / Math.max(rebuilt[i], Updates.LEAST);
        }
        return ratios;
    }

    private double error(double[]... shares) {
        double sum = 0;
        for (int row = 0; row < shares.length; row++) {
            double[] rebuilt = rebuilt(shares[row]);
            for (int i = 0; i < rebuilt.length; i++) {
                double value = x[row][i];
                if (!updates.divergence()) {
                    sum += (value - rebuilt[i]) * (value - rebuilt[i]);
                } else if (value > Updates.LEAST) {
                    sum += 2 * (value * Math.log(value / Math.max(rebuilt[i], Updates.LEAST)) - value);
                }
            }
            sum += updates.divergence() ? 2 * Evaluation.dot(sums, shares[row]) : 0;
        }
        return Math.sqrt(Math.max(sum, 0));
    }

    /** How far the shares moved, as a part of their own length. */
    private static double moved(double[][] before, double[][] after) {
        double distance = 0;
        double length = 0;
        for (int row = 0; row < after.length; row++) {
            for (int i = 0; i < after[row].length; i++) {
                double difference = after[row][i] - before[row][i];
                distance += difference * difference;
                length += after[row][i] * after[row][i];
            }
        }
        return Math.sqrt(distance) / Math.sqrt(length);
    }
}
