package io.mlaas.learning.learner;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.learning.event.PredictionEvent;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a learner is.
 *
 * @param learned rows that its model has learned
 * @param updates batches of them
 * @param lastLoss of the latest batch, before it was learned (test, then train)
 * @param recentLoss the same, over all batches, each weighing 2 % less than the next
 * @param comparisons how often it was compared with what it had stored
 * @param rejected readings of devices that could not be used
 * @param duplicates messages that were delivered again and left out; absent where there was none
 * @param lastRejection what could not be used last
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Progress(
        long learned,
        long updates,
        @Nullable Double lastLoss,
        @Nullable Double recentLoss,
        long comparisons,
        long rejected,
        @Nullable Long duplicates,
        @Nullable Rejection lastRejection) {

    /**
     * What could not be used, and why.
     *
     * @param at when it was received
     */
    record Rejection(String reason, String source, Instant at) {
        private static final int LONGEST_REASON = 1000;

        static Rejection of(String reason, String source, Instant at) {
            boolean tooLong = reason.length() > LONGEST_REASON;
            return new Rejection(tooLong ? reason.substring(0, LONGEST_REASON) + "…" : reason, source, at);
        }
    }

    private static final double FADING = 0.98;
    static final Progress NONE = new Progress(0, 0, null, null, 0, 0, null, null);

    /** As what the learner answers. */
    PredictionEvent.State state() {
        return new PredictionEvent.State(updates, comparisons, learned);
    }

    Progress learned(long rows, double loss) {
        double recent = recentLoss == null ? loss : FADING * recentLoss + (1 - FADING) * loss;
        return new Progress(rows, updates + 1, loss, recent, comparisons, rejected, duplicates, lastRejection);
    }

    Progress compared(long rows) {
        return new Progress(rows, updates, lastLoss, recentLoss, comparisons + 1, rejected, duplicates, lastRejection);
    }

    Progress rejected(Rejection rejection) {
        return new Progress(learned, updates, lastLoss, recentLoss, comparisons, rejected + 1, duplicates, rejection);
    }

    Progress duplicate() {
        long more = duplicates == null ? 1 : duplicates + 1;
        return new Progress(learned, updates, lastLoss, recentLoss, comparisons, rejected, more, lastRejection);
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(learned);
        out.writeLong(updates);
        out.writeDouble(lastLoss == null ? Double.NaN : lastLoss);
        out.writeDouble(recentLoss == null ? Double.NaN : recentLoss);
        out.writeLong(comparisons);
        out.writeLong(rejected);
    }

    static Progress read(DataInput in) throws IOException {
        return new Progress(
                in.readLong(), in.readLong(), number(in), number(in), in.readLong(), in.readLong(), null, null);
    }

    /** Writes what came later than the rest. */
    void writeStreams(DataOutput out) throws IOException {
        out.writeLong(duplicates == null ? 0 : duplicates);
        out.writeBoolean(lastRejection != null);
        if (lastRejection != null) {
            out.writeUTF(lastRejection.reason());
            out.writeUTF(lastRejection.source());
            out.writeUTF(lastRejection.at().toString());
        }
    }

    Progress readStreams(DataInput in) throws IOException {
        long given = in.readLong();
        @Nullable
        Rejection last =
                in.readBoolean() ? new Rejection(in.readUTF(), in.readUTF(), Instant.parse(in.readUTF())) : null;
        return new Progress(
                learned, updates, lastLoss, recentLoss, comparisons, rejected, given == 0 ? null : (Long) given, last);
    }

    private static @Nullable Double number(DataInput in) throws IOException {
        double number = in.readDouble();
        return Double.isNaN(number) ? null : number;
    }
}
