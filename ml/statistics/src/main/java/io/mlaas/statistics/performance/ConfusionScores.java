package io.mlaas.statistics.performance;

import io.mlaas.statistics.performance.ClassificationQuality.ClassScores;
import io.mlaas.statistics.performance.ClassificationQuality.Scores;

/** What follows from a confusion matrix [target][prediction]. */
final class ConfusionScores {
    private ConfusionScores() {}

    static double accuracy(long[]... confusion) {
        long right = 0;
        long all = 0;
        for (int i = 0; i < confusion.length; i++) {
            right += confusion[i][i];
            all += rowSum(confusion, i);
        }
        return (double) right / all;
    }

    static ClassScores[] perClass(long[]... confusion) {
        ClassScores[] scores = new ClassScores[confusion.length];
        for (int i = 0; i < scores.length; i++) {
            long right = confusion[i][i];
            long support = rowSum(confusion, i);
            long predicted = columnSum(confusion, i);
            scores[i] = new ClassScores(
                    support, ratio(right, predicted), ratio(right, support), ratio(2 * right, predicted + support));
        }
        return scores;
    }

    static Scores macro(long[][] confusion, ClassScores... each) {
        int present = 0;
        double precision = 0;
        double recall = 0;
        double f1 = 0;
        for (int i = 0; i < each.length; i++) {
            if (each[i].support() + columnSum(confusion, i) > 0) {
                present++;
                precision += each[i].precision();
                recall += each[i].recall();
                f1 += each[i].f1();
            }
        }
        return new Scores(precision / present, recall / present, f1 / present);
    }

    static Scores weighted(ClassScores... each) {
        long rows = 0;
        double precision = 0;
        double recall = 0;
        double f1 = 0;
        for (ClassScores one : each) {
            rows += one.support();
            precision += one.support() * one.precision();
            recall += one.support() * one.recall();
            f1 += one.support() * one.f1();
        }
        return new Scores(precision / rows, recall / rows, f1 / rows);
    }

    private static double ratio(long numerator, long denominator) {
        return denominator == 0 ? 0 : (double) numerator / denominator;
    }

    private static long rowSum(long[][] confusion, int row) {
        long sum = 0;
        for (long cell : confusion[row]) {
            sum += cell;
        }
        return sum;
    }

    private static long columnSum(long[][] confusion, int column) {
        long sum = 0;
        for (long[] row : confusion) {
            sum += row[column];
        }
        return sum;
    }
}
