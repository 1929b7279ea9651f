package io.mlaas.statistics.estimation;

import java.util.Comparator;
import java.util.stream.IntStream;

/** What a confusion matrix of one class against the rest would count, on average, if probabilities are right. */
record ExpectedCounts(double truePositives, double falsePositives, double falseNegatives, double trueNegatives) {
    static ExpectedCounts of(double[] probabilities, boolean... predicted) {
        double truePositives = 0;
        double falsePositives = 0;
        double falseNegatives = 0;
        double trueNegatives = 0;
        for (int i = 0; i < probabilities.length; i++) {
            if (predicted[i]) {
                truePositives += probabilities[i];
                falsePositives += 1 - probabilities[i];
            } else {
                falseNegatives += probabilities[i];
                trueNegatives += 1 - probabilities[i];
            }
        }
        return new ExpectedCounts(truePositives, falsePositives, falseNegatives, trueNegatives);
    }

    double precision() {
        return ratio(truePositives, truePositives + falsePositives);
    }

    double recall() {
        return ratio(truePositives, truePositives + falseNegatives);
    }

    double specificity() {
        return ratio(trueNegatives, trueNegatives + falsePositives);
    }

    double f1() {
        return ratio(truePositives, truePositives + (falsePositives + falseNegatives) / 2);
    }

    private static double ratio(double numerator, double denominator) {
        return denominator == 0 ? 0 : numerator / denominator;
    }

    /** The area under the expected curve: rows in descending order of score, those of one score together. */
    static double area(double[] probabilities, double... scores) {
        int[] order = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> scores[i]).reversed())
                .mapToInt(Integer::intValue)
                .toArray();
        double positives = 0;
        double negatives = 0;
        double area = 0;
        for (int i = 0; i < order.length; ) {
            double more = 0;
            int from = i;
            for (; i < order.length && scores[order[i]] == scores[order[from]]; i++) {
                more += probabilities[order[i]];
            }
            double less = i - from - more;
            area += less * (positives + more / 2);
            positives += more;
            negatives += less;
        }
        return area / positives / negatives;
    }
}
