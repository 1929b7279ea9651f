package io.mlaas.statistics.drift;

import java.util.Arrays;
import java.util.Comparator;

/**
 * The correction of Benjamini and Hochberg (1995) for many tests: to reject where the adjusted p-value is at most q keeps the
 * expected share of false ones among what is rejected at q or less.
 */
public final class BenjaminiHochberg {
    private BenjaminiHochberg() {}

    /** Adjusted p-values, in the order given: min over k ≥ rank of p₍ₖ₎·n/k, at most 1. */
    public static double[] adjust(double... pValues) {
        for (int i = 0; i < pValues.length; i++) {
            if (!(pValues[i] >= 0 && pValues[i] <= 1)) {
                throw new IllegalArgumentException("pValues[" + i + "]: " + pValues[i] + " (expected: from 0 to 1)");
            }
        }
        int n = pValues.length;
        Integer[] descending = new Integer[n];
        Arrays.setAll(descending, i -> i);
        Arrays.sort(
                descending,
                Comparator.comparingDouble((Integer i) -> pValues[i]).reversed());
        double[] adjusted = new double[n];
        double least = 1;
        for (int i = 0; i < n; i++) {
            least = Math.min(least, pValues[descending[i]] * n / (n - i));
            adjusted[descending[i]] = least;
        }
        return adjusted;
    }
}
