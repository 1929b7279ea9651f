package io.mlaas.federated.aggregation;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Strategies that choose whole updates by how far they are from one another. */
final class Distances {
    private Distances() {}

    static double[] multiKrum(float[][] updates, int size, int byzantine, int kept) {
        int most = updates.length - byzantine;
        int wanted = kept == 0 ? most : Math.min(kept, most);
        double[] scores = scores(between(updates), all(updates.length), byzantine);
        Integer[] order = new Integer[scores.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Double.compare(scores[a], scores[b])); // stable: ties keep the names' order
        int[] best =
                Arrays.stream(order).limit(wanted).mapToInt(i -> i).sorted().toArray();
        return mean(updates, best, size);
    }

    static double[] bulyan(float[][] updates, int size, int byzantine) {
        int theta = updates.length - 2 * byzantine;
        double[][] distances = between(updates);
        int[] left = all(updates.length);
        int[] chosen = new int[theta];
        for (int i = 0; i < theta; i++) {
            int best = left[smallest(scores(distances, left, byzantine))];
            chosen[i] = best;
            left = Arrays.stream(left).filter(u -> u != best).toArray();
        }
        float[][] selected =
                Arrays.stream(chosen).sorted().mapToObj(u -> updates[u]).toArray(float[][]::new);
        return Coordinates.closestToMedian(selected, size, theta - 2 * byzantine);
    }

    /** For each of {@code among} the sum of the distances to its n − f − 2 closest others (at least one). */
    private static double[] scores(double[][] distances, int[] among, int byzantine) {
        int closest = Math.min(among.length - 1, Math.max(1, among.length - byzantine - 2));
        double[] scores = new double[among.length];
        for (int i = 0; i < among.length; i++) {
            double[] others = new double[among.length - 1];
            for (int j = 0, at = 0; j < among.length; j++) {
                if (j != i) {
                    others[at++] = distances[among[i]][among[j]];
                }
            }
            Arrays.sort(others);
            for (int k = 0; k < closest; k++) {
                scores[i] += others[k];
            }
        }
        return scores;
    }

    /** Squared distances; rows are shared out to processors, each pair is calculated by one. */
    private static double[][] between(float[][] updates) {
        int n = updates.length;
        double[][] distances = new double[n][n];
        IntStream.range(0, n).parallel().forEach(a -> {
            for (int b = a + 1; b < n; b++) {
                distances[a][b] = squared(updates[a], updates[b]);
            }
        });
        for (int a = 0; a < n; a++) {
            for (int b = 0; b < a; b++) {
                distances[a][b] = distances[b][a];
            }
        }
        return distances;
    }

    /** Four sums at a time, of every fourth element each: additions that need not wait for one another. */
    private static double squared(float[] a, float[] b) {
        double sum0 = 0;
        double sum1 = 0;
        double sum2 = 0;
        double sum3 = 0;
        int whole = a.length - a.length % 4;
        for (int i = 0; i < whole; i += 4) {
            double d0 = (double) a[i] - b[i];
            double d1 = (double) a[i + 1] - b[i + 1];
            double d2 = (double) a[i + 2] - b[i + 2];
            double d3 = (double) a[i + 3] - b[i + 3];
            sum0 += d0 * d0;
            sum1 += d1 * d1;
            sum2 += d2 * d2;
            sum3 += d3 * d3;
        }
        for (int i = whole; i < a.length; i++) {
            double d = (double) a[i] - b[i];
            sum0 += d * d;
        }
        return (sum0 + sum1) + (sum2 + sum3);
    }

    private static double[] mean(float[][] updates, int[] chosen, int size) {
        double[] mean = new double[size];
        for (int u : chosen) {
            for (int i = 0; i < size; i++) {
                mean[i] += updates[u][i];
            }
        }
        for (int i = 0; i < size; i++) {
            mean[i] /= chosen.length;
        }
        return mean;
    }

    private static int smallest(double[] values) {
        int smallest = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] < values[smallest]) {
                smallest = i;
            }
        }
        return smallest;
    }

    private static int[] all(int n) {
        return IntStream.range(0, n).toArray();
    }
}
