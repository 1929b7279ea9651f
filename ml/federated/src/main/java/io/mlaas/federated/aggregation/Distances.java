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

    private static double squared(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = (double) a[i] - b[i];
            sum += difference * difference;
        }
        return sum;
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
