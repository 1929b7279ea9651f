package io.mlaas.profile;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.datasketches.common.ArrayOfStringsSerDe;
import org.apache.datasketches.frequencies.ErrorType;
import org.apache.datasketches.frequencies.FrequentItemsSketch;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.HllUnion;
import org.apache.datasketches.hll.TgtHllType;

/**
 * A column of categories. Counts are exact up to 768 different ones; beyond that rare ones are forgotten, and those that are
 * left may be off by {@link #countError()}. Names of more than 200 characters are kept shortened, with their hash.
 */
public final class CategoricalProfile implements ColumnProfile {
    private static final int MAP = 1024;
    private static final int LONGEST = 200;
    private static final ArrayOfStringsSerDe NAMES = new ArrayOfStringsSerDe();

    private long missing;
    private FrequentItemsSketch<String> counts = new FrequentItemsSketch<>(MAP);
    private HllSketch distinct = new HllSketch(NumericProfile.LOG_REGISTERS, TgtHllType.HLL_8);

    public void add(String category) {
        add(category, 1);
    }

    /** @param count how often; 0 adds nothing */
    public void add(String category, long count) {
        if (count < 0) {
            throw new IllegalArgumentException("count: " + count + " (expected: >= 0)");
        }
        if (count > 0) {
            String name = category.length() <= LONGEST
                    ? category
                    : category.substring(0, LONGEST) + "…" + Integer.toHexString(category.hashCode());
            counts.update(name, count);
            distinct.update("c" + name); // an empty name would not be counted
        }
    }

    @Override
    public void addMissing() {
        missing++;
    }

    @Override
    public void merge(ColumnProfile profile) {
        if (!(profile instanceof CategoricalProfile other)) {
            throw new IllegalArgumentException("profile: numeric (expected: categorical)");
        }
        missing += other.missing;
        counts.merge(other == this ? heap(bytes()) : other.counts);
        HllUnion union = new HllUnion(NumericProfile.LOG_REGISTERS);
        union.update(distinct);
        union.update(other.distinct);
        distinct = union.getResult(TgtHllType.HLL_8);
    }

    @Override
    public CategoricalProfile copy() {
        CategoricalProfile copy = empty();
        copy.merge(this);
        return copy;
    }

    @Override
    public CategoricalProfile empty() {
        return new CategoricalProfile();
    }

    @Override
    public long rows() {
        return missing + count();
    }

    /** Values that are not missing. */
    public long count() {
        return counts.getStreamLength();
    }

    @Override
    public long missing() {
        return missing;
    }

    @Override
    public double distinct() {
        return countError() == 0 ? counts.getNumActiveItems() : Math.rint(distinct.getCompositeEstimate());
    }

    /** By how much a count may be too small or too great; 0 while all categories are here. */
    public long countError() {
        return counts.getMaximumError();
    }

    /** The categories that are here, by name. */
    public SortedMap<String, Long> counts() {
        SortedMap<String, Long> all = new TreeMap<>(Comparator.naturalOrder());
        if (!counts.isEmpty()) {
            for (var row : counts.getFrequentItems(0, ErrorType.NO_FALSE_NEGATIVES)) {
                all.put(row.getItem(), row.getEstimate());
            }
        }
        return all;
    }

    @Override
    public void write(DataOutput out) throws IOException {
        out.writeLong(missing);
        Bytes.write(out, bytes());
        Bytes.write(out, distinct.toCompactByteArray());
    }

    private byte[] bytes() {
        return counts.toByteArray(NAMES);
    }

    static CategoricalProfile read(DataInput in) throws IOException {
        CategoricalProfile profile = new CategoricalProfile();
        profile.missing = in.readLong();
        profile.counts = heap(Bytes.read(in));
        profile.distinct = HllSketch.heapify(Bytes.read(in));
        return profile;
    }

    private static FrequentItemsSketch<String> heap(byte[] bytes) {
        return FrequentItemsSketch.getInstance(MemorySegment.ofArray(bytes), NAMES);
    }
}
