package io.mlaas.monitoring.rows;

import java.util.Arrays;

/**
 * Distinct rows of blocks, in the order of their ids: those with the smallest ids if there are more than fit. As ids are
 * spread evenly, that is a sample in which every row has the same chance; it is the same for every order and division of
 * the blocks, and a sample of samples is the sample of the whole.
 */
public final class Sample {
    /** The greatest number without sign. */
    public static final long NO_BOUND = -1;

    private static final double TWO_TO_64 = 0x1p64;

    private final Layout layout;
    private final int most;
    private RowsBuilder collected;
    private boolean cut;
    // the upper half of the greatest id that is in, once no more fit; without sign
    private long highest = NO_BOUND;

    /** @param most how many rows fit */
    public Sample(Layout layout, int most) {
        this.layout = layout;
        this.most = most;
        this.collected = new RowsBuilder(layout);
    }

    /** @param complete false if the rows are a sample themselves */
    public void add(Rows rows, boolean complete) {
        cut |= !complete;
        for (int row = 0; row < rows.size(); row++) {
            if (Long.compareUnsigned(rows.high[row], highest) <= 0) {
                collected.add(rows, row);
            }
        }
        if (collected.size() > 2 * most) {
            reduce();
        }
    }

    /** Sorted by id; of two rows with one id the one is kept that {@link #compare} puts first. */
    public Rows rows() {
        reduce();
        return collected.build();
    }

    private void reduce() {
        Rows all = collected.build();
        Integer[] order = new Integer[all.size()];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (left, right) -> compare(all, left, right));
        int[] kept = new int[Math.min(order.length, most)];
        int count = 0;
        for (int i = 0; i < order.length; i++) {
            if (i > 0 && sameId(all, order[i - 1], order[i])) {
                continue;
            }
            if (count == most) {
                cut = true;
                break;
            }
            kept[count++] = order[i];
        }
        // built anew: dictionaries are to hold what is used and no more
        collected = new RowsBuilder(layout);
        for (int i = 0; i < count; i++) {
            collected.add(all, kept[i]);
        }
        if (cut && count == most) {
            highest = all.high[kept[count - 1]];
        }
    }

    /**
     * Above which upper half of an id, without sign, no row can come into this sample or one of more rows;
     * {@link #NO_BOUND} while all fit. To be asked after {@link #rows()}.
     */
    public long highest() {
        return highest;
    }

    /** Whether all rows fitted; to be asked after {@link #rows()}. */
    public boolean complete() {
        return !cut;
    }

    /**
     * How many distinct rows there are: exact if they fitted, else estimated from how densely ids lie, with a relative
     * error of about one over the root of how many fit.
     */
    public static long count(Rows sample, boolean complete) {
        if (complete || sample.size() < 2) {
            return sample.size();
        }
        double last = (double) (sample.high[sample.size() - 1] >>> 1) * 2;
        return Math.round((sample.size() - 1) / (last / TWO_TO_64));
    }

    private static boolean sameId(Rows rows, int left, int right) {
        return rows.high[left] == rows.high[right] && rows.low[left] == rows.low[right];
    }

    /** By id, then by all there is, so that which of two contradicting rows is kept does not depend on their order. */
    private static int compare(Rows rows, int left, int right) {
        int order = RowId.compare(rows.high[left], rows.low[left], rows.high[right], rows.low[right]);
        if (order != 0) {
            return order;
        }
        order = Long.compare(rows.micros[left], rows.micros[right]);
        for (int column = 0; order == 0 && column < rows.layout().size(); column++) {
            order = rows.layout().numeric(column)
                    ? Long.compare(
                            Double.doubleToRawLongBits(rows.numbers[column][left]),
                            Double.doubleToRawLongBits(rows.numbers[column][right]))
                    : Integer.compare(rows.codes[column][left], rows.codes[column][right]);
        }
        return order;
    }
}
