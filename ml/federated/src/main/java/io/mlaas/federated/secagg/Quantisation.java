package io.mlaas.federated.secagg;

/**
 * Real numbers as integers modulo R = 2^bits: x becomes round(x · scale), where the scale is the greatest power of two
 * for which the sum of all clients stays within ±R/2. The sum of k values is then within k/(2·scale) of the exact one.
 *
 * @param range greatest magnitude of one client's value
 * @param clients most addends
 * @param bits 32 or 64
 * @param scale a power of two
 */
public record Quantisation(double range, int clients, int bits, double scale) {

    /** The smaller R whose step 1/scale is at most the one that is needed. */
    public static Quantisation of(double range, int clients, double step) {
        var small = of(range, clients, 32);
        return small.scale >= 1 / step ? small : of(range, clients, 64);
    }

    public static Quantisation of(double range, int clients, int bits) {
        if (!(range > 0) || !Double.isFinite(range)) {
            throw new SecAggException(null, "range: " + range + " (expected: > 0)");
        }
        if (clients < 1) {
            throw new SecAggException(null, "clients: " + clients + " (expected: >= 1)");
        }
        // one bit of slack covers the rounding up of each addend
        var exponent = Math.getExponent(Math.scalb(1.0, bits - 2) / (range * clients));
        return new Quantisation(range, clients, bits, Math.scalb(1.0, exponent));
    }

    /** @throws SecAggException a value is not a number or out of range; names its index */
    public long[] quantise(double[] values) {
        var integers = new long[values.length];
        for (var i = 0; i < values.length; i++) {
            if (!(Math.abs(values[i]) <= range)) {
                throw new SecAggException(null, "value " + i + ": " + values[i] + " (expected: within ±" + range + ")");
            }
            var integer = Math.round(values[i] * scale);
            integers[i] = bits == 64 ? integer : integer & 0xffff_ffffL;
        }
        return integers;
    }

    /** What a sum of quantised vectors stands for. */
    public double[] restore(long[] sum) {
        var values = new double[sum.length];
        for (var i = 0; i < sum.length; i++) {
            values[i] = sum[i] / scale;
        }
        return values;
    }
}
