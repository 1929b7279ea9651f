package io.mlaas.federated.secagg;

import java.util.List;

/**
 * Updates as vectors of a secure sum: the change times its weight, then the weight, then whether the change was within
 * the norm. Client and server derive it alike from what the server announces.
 *
 * @param size of the change
 */
public record SummedUpdates(int size, Quantisation quantisation, boolean weighted) {

    /** Clients' norms are 32-bit sums, so they may pass the limit by a little. */
    private static final double ROUNDING = 1.001;

    private static final double LARGEST_CHANGE = 1 << 10;
    private static final double MOST_SAMPLES = 1 << 24;
    private static final double RELATIVE_STEP = 0x1p-20;

    /** @param clippingNorm that every change has at most; 0 for any, and then changes are weighted by samples */
    public static SummedUpdates of(int size, int clients, double clippingNorm) {
        var weighted = clippingNorm == 0;
        // R = 2^64 where nothing limits a change, else what a millionth of the norm needs
        var quantisation = weighted
                ? Quantisation.of(LARGEST_CHANGE * MOST_SAMPLES, clients, 64)
                : Quantisation.of(
                        Math.max(1, ROUNDING * clippingNorm), clients, RELATIVE_STEP * Math.min(1, clippingNorm));
        return new SummedUpdates(size, quantisation, weighted);
    }

    /** What a session is called: it never has the name of another. */
    public static String session(String federation, int round, int attempt) {
        return "federation " + federation + " round " + round + " attempt " + attempt;
    }

    public SecAggParameters parameters(String session, List<String> clients, int threshold) {
        return new SecAggParameters(session, clients, threshold, size + 2, quantisation.bits());
    }

    /**
     * @param samples of a weighted change; else each weighs the same
     * @throws SecAggException a change that is not of this size, or a value that is not a number or out of range
     */
    public long[] vector(float[] change, long samples, boolean withinNorm) {
        if (change.length != size) {
            throw new SecAggException(null, "change: " + change.length + " values (expected: " + size + ")");
        }
        if (weighted && (samples < 1 || samples > MOST_SAMPLES)) {
            throw new SecAggException(null, "samples: " + samples + " (expected: 1 to " + (long) MOST_SAMPLES + ")");
        }
        var weight = weighted ? samples : 1;
        var values = new double[size + 2];
        for (var i = 0; i < size; i++) {
            values[i] = change[i] * (double) weight;
        }
        values[size] = weight;
        values[size + 1] = withinNorm ? 1 : 0;
        return quantisation.quantise(values);
    }

    /**
     * What the sum of such vectors says.
     *
     * @param mean by weight
     * @param withinNorm how many
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Total(double[] mean, double weight, int withinNorm) {}

    /** @throws SecAggException the sum is not one of such vectors: a client sent something else */
    public Total total(long[] sum, int clients) {
        var values = quantisation.restore(sum);
        var weight = values[size];
        var least = clients;
        var most = weighted ? clients * MOST_SAMPLES : clients;
        if (!(weight >= least && weight <= most) || !(values[size + 1] >= 0 && values[size + 1] <= clients)) {
            throw new SecAggException(
                    null,
                    "sum of weights: " + weight + " (expected: " + least + " to " + most + " for " + clients
                            + " clients); a client's vector was not one of an update");
        }
        var mean = new double[size];
        for (var i = 0; i < size; i++) {
            mean[i] = values[i] / weight;
        }
        return new Total(mean, weight, (int) Math.round(values[size + 1]));
    }
}
