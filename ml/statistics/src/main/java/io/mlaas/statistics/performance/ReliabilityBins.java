package io.mlaas.statistics.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Probabilities and outcomes in bins of the same width, with exact sums. */
final class ReliabilityBins {
    private final long[] counts;
    private final long[] happened;
    private final ExactSum[] probabilities;

    ReliabilityBins(int bins) {
        counts = new long[bins];
        happened = new long[bins];
        probabilities = new ExactSum[bins];
        for (int i = 0; i < bins; i++) {
            probabilities[i] = new ExactSum();
        }
    }

    void add(double probability, boolean event) {
        Rows.probability("probability", probability);
        int bin = Math.max(0, (int) Math.ceil(probability * counts.length) - 1);
        counts[bin]++;
        happened[bin] += event ? 1 : 0;
        probabilities[bin].add(probability);
    }

    void merge(ReliabilityBins other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
            happened[i] += other.happened[i];
            probabilities[i].merge(other.probabilities[i]);
        }
    }

    Calibration calibration() {
        List<Calibration.Bin> table = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                double mean = ExactMoments.over(probabilities[i].exact(), counts[i]);
                table.add(new Calibration.Bin(counts[i], mean, (double) happened[i] / counts[i]));
            }
        }
        return Calibration.of(table);
    }

    void write(DataOutput out) throws IOException {
        for (int i = 0; i < counts.length; i++) {
            out.writeLong(counts[i]);
            out.writeLong(happened[i]);
            probabilities[i].write(out);
        }
    }

    void read(DataInput in) throws IOException {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = Rows.count(in);
            happened[i] = Rows.count(in);
            probabilities[i] = ExactSum.read(in);
        }
    }
}
