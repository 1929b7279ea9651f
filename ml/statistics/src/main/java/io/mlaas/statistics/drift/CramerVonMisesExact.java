package io.mlaas.statistics.drift;

import java.util.Arrays;

/**
 * The distribution of Cramér and von Mises' T for small samples without ties: how many of the orders of two samples have which
 * T (Xiao, Gordon and Yakovlev 2006, algorithm 1).
 */
final class CramerVonMisesExact {
    private final long[] values; // of the integer statistic, ascending
    private final long[] counts; // orders that have it

    private CramerVonMisesExact(long[] values, long[] counts) {
        this.values = values;
        this.counts = counts;
    }

    /** @param u Anderson's U of samples of n and m values */
    static double pValue(double u, int n, int m) {
        long multiple = n * (long) m / gcd(n, m);
        long a = multiple / n;
        long b = multiple / m;
        double pairs = (double) n * m;
        double zeta = Math.floor(
                (double) multiple * multiple * (n + m) * (6 * u - pairs * (4 * pairs - 1)) / (6 * pairs * pairs));
        CramerVonMisesExact all = distribution(n, m, a, b);
        double atLeast = 0;
        double orders = 0;
        for (int i = 0; i < all.values.length; i++) {
            orders += all.counts[i];
            atLeast += all.values[i] >= zeta ? all.counts[i] : 0;
        }
        return atLeast / orders;
    }

    private static CramerVonMisesExact distribution(int n, int m, long a, long b) {
        CramerVonMisesExact none = new CramerVonMisesExact(new long[0], new long[0]);
        CramerVonMisesExact[] row = new CramerVonMisesExact[n + 1];
        Arrays.fill(row, none);
        row[0] = new CramerVonMisesExact(new long[] {0}, new long[] {1});
        for (int v = 0; v <= m; v++) {
            CramerVonMisesExact left = none;
            for (int w = 0; w <= n; w++) {
                long difference = a * w - b * v;
                left = left.plus(row[w], difference * difference);
                row[w] = left;
            }
        }
        return row[n];
    }

    /** Both together, every value moved up. */
    private CramerVonMisesExact plus(CramerVonMisesExact other, long up) {
        long[] merged = new long[values.length + other.values.length];
        long[] orders = new long[merged.length];
        int size = 0;
        int i = 0;
        int j = 0;
        while (i < values.length || j < other.values.length) {
            boolean mine = j == other.values.length || (i < values.length && values[i] <= other.values[j]);
            boolean both = mine && j < other.values.length && values[i] == other.values[j];
            merged[size] = up + (mine ? values[i] : other.values[j]);
            orders[size] = (mine ? counts[i] : 0) + (!mine || both ? other.counts[j] : 0);
            i += mine ? 1 : 0;
            j += !mine || both ? 1 : 0;
            size++;
        }
        return new CramerVonMisesExact(Arrays.copyOf(merged, size), Arrays.copyOf(orders, size));
    }

    private static long gcd(long n, long m) {
        return m == 0 ? n : gcd(m, n % m);
    }
}
