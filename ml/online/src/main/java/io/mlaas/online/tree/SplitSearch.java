package io.mlaas.online.tree;

import static io.mlaas.online.tree.LeafLayout.LEAST;
import static io.mlaas.online.tree.LeafLayout.MEAN;
import static io.mlaas.online.tree.LeafLayout.MOST;
import static io.mlaas.online.tree.LeafLayout.WEIGHT;

import org.jspecify.annotations.Nullable;

/**
 * The best split of a leaf by information gain. Of a number, {@value #POINTS} thresholds between its least and most value
 * are tried; each class is taken to be normal there. Not to split at all has gain 0 and takes part.
 */
final class SplitSearch {
    private static final int POINTS = 10;
    private static final double LEAST_SHARE = 0.01;

    /** @param branches expected weight of each class in each branch */
    record Candidate(
            int input,
            double threshold,
            double gain,
            @SuppressWarnings("ArrayRecordComponent") double[][] branches) {}

    private final Leaf leaf;
    private final LeafLayout layout;
    private final double entropy;
    private @Nullable Candidate best;
    private double secondGain;

    SplitSearch(Leaf leaf, NominalSplits nominalSplits) {
        this.leaf = leaf;
        layout = leaf.layout;
        entropy = entropy(leaf.classWeights);
        for (int i = 0; i < layout.watched(); i++) {
            if (layout.numeric(i)) {
                take(bestThreshold(i));
            } else {
                take(nominalSplits == NominalSplits.MULTIWAY ? everyValue(i) : bestValue(i));
            }
        }
    }

    /** The best candidate, if any gains more than 0. */
    @Nullable
    Candidate best() {
        return best;
    }

    /** Gain of the second best input; 0, as of no split, if there is none. */
    double secondGain() {
        return secondGain;
    }

    private void take(@Nullable Candidate candidate) {
        if (candidate == null || candidate.gain <= 0) {
            return;
        }
        if (best == null || candidate.gain > best.gain) {
            secondGain = best == null ? 0 : best.gain;
            best = candidate;
        } else {
            secondGain = Math.max(secondGain, candidate.gain);
        }
    }

    private @Nullable Candidate everyValue(int i) {
        double[][] branches = new double[layout.values(i)][leaf.classWeights.length];
        for (int label = 0; label < leaf.classWeights.length; label++) {
            for (int value = 0; value < branches.length; value++) {
                branches[value][label] = leaf.statistics[layout.block(i, label) + value];
            }
        }
        double gain = gain(branches);
        return gain > 0 ? new Candidate(i, Double.NaN, gain, branches) : null;
    }

    /** One value against all others. */
    private @Nullable Candidate bestValue(int i) {
        Candidate chosen = null;
        double[][] branches = new double[2][leaf.classWeights.length];
        for (int value = 0; value < layout.values(i); value++) {
            for (int label = 0; label < leaf.classWeights.length; label++) {
                int block = layout.block(i, label);
                double sum = 0;
                for (int other = 0; other < layout.values(i); other++) {
                    sum += leaf.statistics[block + other];
                }
                branches[0][label] = leaf.statistics[block + value];
                branches[1][label] = sum - branches[0][label];
            }
            chosen = better(chosen, i, value, branches);
        }
        return chosen;
    }

    private @Nullable Candidate better(@Nullable Candidate chosen, int i, double threshold, double[][] branches) {
        double gain = gain(branches);
        return gain > (chosen == null ? 0 : chosen.gain)
                ? new Candidate(i, threshold, gain, new double[][] {branches[0].clone(), branches[1].clone()})
                : chosen;
    }

    private @Nullable Candidate bestThreshold(int i) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (int label = 0; label < leaf.classWeights.length; label++) {
            int at = layout.block(i, label);
            if (leaf.statistics[at + WEIGHT] > 0) {
                least = Math.min(least, leaf.statistics[at + LEAST]);
                most = Math.max(most, leaf.statistics[at + MOST]);
            }
        }
        Candidate chosen = null;
        double[][] branches = new double[2][leaf.classWeights.length];
        for (int point = 1; point <= POINTS && least < most; point++) {
            double threshold = least + (most - least) * point / (POINTS + 1);
            divide(i, threshold, branches);
            chosen = better(chosen, i, threshold, branches);
        }
        return chosen;
    }

    private void divide(int i, double threshold, double[][] branches) {
        for (int label = 0; label < leaf.classWeights.length; label++) {
            int at = layout.block(i, label);
            double weight = leaf.statistics[at + WEIGHT];
            double below = weight;
            if (weight > 0 && threshold < leaf.statistics[at + LEAST]) {
                below = 0;
            } else if (weight > 0 && threshold < leaf.statistics[at + MOST]) {
                double deviations = (threshold - leaf.statistics[at + MEAN]) / Math.sqrt(leaf.variance(at));
                below = weight * normal(deviations);
            }
            branches[0][label] = below;
            branches[1][label] = weight - below;
        }
    }

    /** Distribution function of the normal distribution, to 1e-7 (Abramowitz and Stegun, 26.2.17). */
    static double normal(double deviations) {
        double z = Math.abs(deviations);
        double t = 1 / (1 + 0.2316419 * z);
        double polynomial =
                t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        double tail = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * polynomial;
        return deviations > 0 ? 1 - tail : tail;
    }

    /** Negative if fewer than two branches have a share worth speaking of. */
    private double gain(double[][] branches) {
        double total = 0;
        double[] weights = new double[branches.length];
        for (int b = 0; b < branches.length; b++) {
            for (double weight : branches[b]) {
                weights[b] += weight;
            }
            total += weights[b];
        }
        int large = 0;
        double after = 0;
        for (int b = 0; b < branches.length; b++) {
            large += weights[b] > LEAST_SHARE * total ? 1 : 0;
            after += weights[b] / total * entropy(branches[b]);
        }
        return large < 2 ? -1 : entropy - after;
    }

    /** In bits. */
    static double entropy(double[] weights) {
        double sum = 0;
        double entropy = 0;
        for (double weight : weights) {
            if (weight > 0) {
                entropy -= weight * Math.log(weight);
                sum += weight;
            }
        }
        return sum > 0 ? (entropy + sum * Math.log(sum)) / (sum * Math.log(2)) : 0;
    }
}
