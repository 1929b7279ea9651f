package io.mlaas.statistics.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Scores of [0, 1] of negatives and positives in 2,000 bins: 32 KB from which the area under the curve follows, with its error. */
final class ScoreHistogram {
    private static final int BINS = 2000;

    private final long[][] bins = new long[BINS][2];

    void add(double score, boolean positive) {
        bins[(int) Math.min(BINS - 1, Math.floor(score * BINS))][positive ? 1 : 0]++;
    }

    void merge(ScoreHistogram other) {
        for (int i = 0; i < BINS; i++) {
            bins[i][0] += other.bins[i][0];
            bins[i][1] += other.bins[i][1];
        }
    }

    RocAuc area() {
        return RocAuc.ofGroups(bins);
    }

    void write(DataOutput out) throws IOException {
        int used = 0;
        for (long[] bin : bins) {
            used += bin[0] + bin[1] > 0 ? 1 : 0;
        }
        out.writeShort(used);
        for (int i = 0; i < BINS; i++) {
            if (bins[i][0] + bins[i][1] > 0) {
                out.writeShort(i);
                out.writeLong(bins[i][0]);
                out.writeLong(bins[i][1]);
            }
        }
    }

    void read(DataInput in) throws IOException {
        int used = in.readUnsignedShort();
        for (int i = 0; i < used; i++) {
            int bin = in.readUnsignedShort();
            if (bin >= BINS) {
                throw new IOException("bin: " + bin + " (expected: below " + BINS + ")");
            }
            bins[bin][0] = Rows.count(in);
            bins[bin][1] = Rows.count(in);
        }
    }
}
