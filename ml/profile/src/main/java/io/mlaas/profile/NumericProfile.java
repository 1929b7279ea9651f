package io.mlaas.profile;

import io.mlaas.statistics.performance.ExactMoments;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.HllUnion;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.quantilescommon.QuantileSearchCriteria;

/**
 * A column of numbers. Quantiles are exact for as many values as the sketch's k (2,048 unless told otherwise), and beyond that
 * within {@link #rankError()} of their rank; everything else is exact but {@link #distinct()}. Takes about 24 k + 4,000 bytes
 * at most: 53 KB for k = 2,048.
 */
public final class NumericProfile implements ColumnProfile {
    public static final int DEFAULT_K = 2048;
    static final int LOG_REGISTERS = 11;
    private static final int LEAST_K = 8;
    private static final int GREATEST_K = 65535;
    /** Beyond this a square could not be summed: counted as infinite. */
    private static final double LARGEST = 1e150;

    private final int k;
    private long missing;
    private long nan;
    private long infinite;
    private ExactMoments moments = new ExactMoments();
    private KllDoublesSketch quantiles;
    private HllSketch distinct = new HllSketch(LOG_REGISTERS, TgtHllType.HLL_8);
    private ValueCounts few = new ValueCounts();
    private double last = Double.NaN;
    private long run;
    private long longestRun;
    private double longestRunValue = Double.NaN;

    public NumericProfile() {
        this(DEFAULT_K);
    }

    /** @param k the accuracy of quantiles, 8 to 65,535 */
    public NumericProfile(int k) {
        if (k < LEAST_K || k > GREATEST_K) {
            throw new IllegalArgumentException("k: " + k + " (expected: " + LEAST_K + " to " + GREATEST_K + ")");
        }
        this.k = k;
        quantiles = KllDoublesSketch.newHeapInstance(k);
    }

    /** NaN and infinite values are counted as such. */
    public void add(double value) {
        if (!(Math.abs(value) <= LARGEST)) {
            if (Double.isNaN(value)) {
                nan++;
            } else {
                infinite++;
            }
            run = 0;
            return;
        }
        double number = value + 0.0; // there is one zero
        moments.add(number);
        quantiles.update(number);
        distinct.update(number);
        few.add(number, 1);
        run = number == last ? run + 1 : 1;
        last = number;
        if (run > longestRun) {
            longestRun = run;
            longestRunValue = number;
        }
    }

    public void addAll(double... values) {
        for (double value : values) {
            add(value);
        }
    }

    @Override
    public void addMissing() {
        missing++;
    }

    @Override
    public void merge(ColumnProfile profile) {
        if (!(profile instanceof NumericProfile other)) {
            throw new IllegalArgumentException("profile: categorical (expected: numeric)");
        }
        missing += other.missing;
        nan += other.nan;
        infinite += other.infinite;
        moments.merge(other.moments);
        quantiles.merge(other == this ? heap(quantiles.toByteArray()) : other.quantiles);
        HllUnion union = new HllUnion(LOG_REGISTERS);
        union.update(distinct);
        union.update(other.distinct);
        distinct = union.getResult(TgtHllType.HLL_8);
        few.merge(other.few);
        run = 0;
        if (other.longestRun > longestRun) {
            longestRun = other.longestRun;
            longestRunValue = other.longestRunValue;
        }
    }

    @Override
    public NumericProfile copy() {
        NumericProfile copy = empty();
        copy.merge(this);
        return copy;
    }

    @Override
    public NumericProfile empty() {
        return new NumericProfile(k);
    }

    @Override
    public long rows() {
        return missing + nan + infinite + count();
    }

    @Override
    public long missing() {
        return missing;
    }

    public long nan() {
        return nan;
    }

    /** Infinite, or beyond 1e150 in size. */
    public long infinite() {
        return infinite;
    }

    /** Finite numbers: what all that follows is of. */
    public long count() {
        return moments.count();
    }

    /** NaN of no number, as all that follows. */
    public double min() {
        return count() == 0 ? Double.NaN : quantiles.getMinItem();
    }

    public double max() {
        return count() == 0 ? Double.NaN : quantiles.getMaxItem();
    }

    public double mean() {
        return moments.mean();
    }

    /** With n in the denominator. */
    public double deviation() {
        return moments.populationDeviation();
    }

    /** @param rank 0 to 1 */
    public double quantile(double rank) {
        return count() == 0 ? Double.NaN : quantiles.getQuantile(rank, QuantileSearchCriteria.INCLUSIVE);
    }

    /** The share of numbers that are not greater than a value. */
    public double rank(double value) {
        return count() == 0 ? Double.NaN : quantiles.getRank(value, QuantileSearchCriteria.INCLUSIVE);
    }

    /** What a rank may be off by, with 99 % confidence; 0 while nothing was left out. */
    public double rankError() {
        return quantiles.isEstimationMode() ? quantiles.getNormalizedRankError(false) : 0;
    }

    @Override
    public double distinct() {
        return few.complete() ? few.values().length : Math.rint(distinct.getCompositeEstimate());
    }

    /**
     * How often the same number came in succession, at most, within one profile before it was merged: a sensor that is stuck.
     */
    public long longestRun() {
        return longestRun;
    }

    /** The number that {@link #longestRun()} is about. */
    public double longestRunValue() {
        return longestRunValue;
    }

    /** Exact counts of at most 64 different numbers; not complete where there were more. */
    ValueCounts few() {
        return few;
    }

    KllDoublesSketch quantiles() {
        return quantiles;
    }

    @Override
    public void write(DataOutput out) throws IOException {
        out.writeInt(k);
        out.writeLong(missing);
        out.writeLong(nan);
        out.writeLong(infinite);
        moments.write(out);
        Bytes.write(out, quantiles.toByteArray());
        Bytes.write(out, distinct.toCompactByteArray());
        few.write(out);
        out.writeDouble(last);
        out.writeLong(run);
        out.writeLong(longestRun);
        out.writeDouble(longestRunValue);
    }

    static NumericProfile read(DataInput in) throws IOException {
        NumericProfile profile = new NumericProfile(in.readInt());
        profile.missing = in.readLong();
        profile.nan = in.readLong();
        profile.infinite = in.readLong();
        profile.moments = ExactMoments.read(in);
        profile.quantiles = heap(Bytes.read(in));
        profile.distinct = HllSketch.heapify(Bytes.read(in));
        profile.few = ValueCounts.read(in);
        profile.last = in.readDouble();
        profile.run = in.readLong();
        profile.longestRun = in.readLong();
        profile.longestRunValue = in.readDouble();
        return profile;
    }

    private static KllDoublesSketch heap(byte[] bytes) {
        return KllDoublesSketch.heapify(MemorySegment.ofArray(bytes));
    }
}
