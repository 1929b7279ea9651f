package io.mlaas.online.tree;

import static io.mlaas.online.tree.LeafLayout.LEAST;
import static io.mlaas.online.tree.LeafLayout.MEAN;
import static io.mlaas.online.tree.LeafLayout.MOST;
import static io.mlaas.online.tree.LeafLayout.SQUARES;
import static io.mlaas.online.tree.LeafLayout.WEIGHT;

import java.util.Arrays;

/** What was seen at a leaf. */
final class Leaf extends Node {
    private static final double LEAST_VARIANCE = 1e-12;
    private static final double HALF_LOG_TAU = 0.5 * Math.log(2 * Math.PI);

    final LeafLayout layout;
    final int depth;
    double[] classWeights;
    double[] statistics;
    double weightAtLastTry;
    double majorityRight;
    double bayesRight;

    /** @param classWeights as the split expected them; kept */
    Leaf(long epoch, LeafLayout layout, int depth, double[] classWeights) {
        super(epoch);
        this.layout = layout;
        this.depth = depth;
        this.classWeights = classWeights;
        statistics = new double[layout.stride() * classWeights.length];
        weightAtLastTry = weight();
    }

    private Leaf(Leaf other, long epoch) {
        super(epoch);
        layout = other.layout;
        depth = other.depth;
        classWeights = other.classWeights.clone();
        statistics = other.statistics.clone();
        weightAtLastTry = other.weightAtLastTry;
        majorityRight = other.majorityRight;
        bayesRight = other.bayesRight;
    }

    @Override
    Node copy(long ofEpoch) {
        return new Leaf(this, ofEpoch);
    }

    void growClasses(int classes) {
        classWeights = Arrays.copyOf(classWeights, classes);
        statistics = Arrays.copyOf(statistics, classes * layout.stride());
    }

    double weight() {
        double sum = 0;
        for (double weight : classWeights) {
            sum += weight;
        }
        return sum;
    }

    /** Whether two classes or more were seen. */
    boolean mixed() {
        int seen = 0;
        for (double weight : classWeights) {
            seen += weight > 0 ? 1 : 0;
        }
        return seen > 1;
    }

    void learn(double[] inputs, int start, int label, double weight) {
        classWeights[label] += weight;
        for (int i = 0; i < layout.watched(); i++) {
            double value = inputs[start + layout.column(i)];
            int at = layout.block(i, label);
            if (layout.numeric(i)) {
                addToNormal(at, value, weight);
            } else {
                statistics[at + (int) value] += weight;
            }
        }
    }

    private void addToNormal(int at, double value, double weight) {
        double total = statistics[at + WEIGHT] + weight;
        if (statistics[at + WEIGHT] == 0) {
            statistics[at + LEAST] = value;
            statistics[at + MOST] = value;
        }
        double difference = value - statistics[at + MEAN];
        statistics[at + MEAN] += difference * (weight / total);
        statistics[at + SQUARES] += weight * difference * (value - statistics[at + MEAN]);
        statistics[at + WEIGHT] = total;
        statistics[at + LEAST] = Math.min(statistics[at + LEAST], value);
        statistics[at + MOST] = Math.max(statistics[at + MOST], value);
    }

    /** Of the normal distribution at {@code at}; never 0. */
    double variance(int at) {
        double weight = statistics[at + WEIGHT];
        return weight <= 1 ? LEAST_VARIANCE : Math.max(LEAST_VARIANCE, statistics[at + SQUARES] / (weight - 1));
    }

    void predict(double[] inputs, int start, LeafPrediction prediction, double[] probabilities) {
        boolean bayes =
                switch (prediction) {
                    case MAJORITY -> false;
                    case NAIVE_BAYES -> true;
                    case NAIVE_BAYES_ADAPTIVE -> bayesRight >= majorityRight;
                };
        if (bayes) {
            naiveBayes(inputs, start, probabilities);
        } else {
            majority(probabilities);
        }
    }

    void majority(double[] probabilities) {
        double sum = weight();
        for (int k = 0; k < probabilities.length; k++) {
            probabilities[k] = sum > 0 ? classWeights[k] / sum : 1.0 / probabilities.length;
        }
    }

    void naiveBayes(double[] inputs, int start, double[] probabilities) {
        double most = Double.NEGATIVE_INFINITY;
        for (int label = 0; label < probabilities.length; label++) {
            probabilities[label] = classWeights[label] > 0
                    ? Math.log(classWeights[label]) + logLikelihood(inputs, start, label)
                    : Double.NEGATIVE_INFINITY;
            most = Math.max(most, probabilities[label]);
        }
        if (most == Double.NEGATIVE_INFINITY) {
            majority(probabilities);
            return;
        }
        double sum = 0;
        for (int label = 0; label < probabilities.length; label++) {
            probabilities[label] = Math.exp(probabilities[label] - most);
            sum += probabilities[label];
        }
        for (int label = 0; label < probabilities.length; label++) {
            probabilities[label] /= sum;
        }
    }

    private double logLikelihood(double[] inputs, int start, int label) {
        double sum = 0;
        for (int i = 0; i < layout.watched(); i++) {
            double value = inputs[start + layout.column(i)];
            int at = layout.block(i, label);
            if (layout.numeric(i)) {
                sum += statistics[at + WEIGHT] > 0 ? logNormal(at, value) : Double.NEGATIVE_INFINITY;
            } else {
                sum += logShare(at, layout.values(i), (int) value);
            }
        }
        return sum;
    }

    private double logNormal(int at, double value) {
        double variance = variance(at);
        double difference = value - statistics[at + MEAN];
        return -0.5 * (difference * difference / variance + Math.log(variance)) - HALF_LOG_TAU;
    }

    /** Laplace's estimate. */
    private double logShare(int at, int values, int value) {
        double sum = 0;
        for (int v = 0; v < values; v++) {
            sum += statistics[at + v];
        }
        return Math.log((statistics[at + value] + 1) / (sum + values));
    }

    static int largest(double[] values) {
        int largest = 0;
        for (int k = 1; k < values.length; k++) {
            largest = values[k] > values[largest] ? k : largest;
        }
        return largest;
    }
}
