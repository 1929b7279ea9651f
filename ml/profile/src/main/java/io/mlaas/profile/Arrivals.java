package io.mlaas.profile;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When rows came: the first, the last, and the longest time without any. */
public final class Arrivals {
    private long count;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;
    private long longestGap;

    /** In milliseconds precise. A row that is older than the last one makes no gap. */
    public void add(Instant time) {
        long millis = time.toEpochMilli();
        if (count > 0) {
            longestGap = Math.max(longestGap, millis - last);
        }
        first = Math.min(first, millis);
        last = Math.max(last, millis);
        count++;
    }

    public void merge(Arrivals other) {
        count += other.count;
        first = Math.min(first, other.first);
        last = Math.max(last, other.last);
        longestGap = Math.max(longestGap, other.longestGap);
    }

    public long count() {
        return count;
    }

    public @Nullable Instant first() {
        return count == 0 ? null : Instant.ofEpochMilli(first);
    }

    public @Nullable Instant last() {
        return count == 0 ? null : Instant.ofEpochMilli(last);
    }

    /** From the first to the last. */
    public Duration span() {
        return count == 0 ? Duration.ZERO : Duration.ofMillis(last - first);
    }

    /** Within one profile before it was merged: between two profiles there is none. */
    public Duration longestGap() {
        return Duration.ofMillis(longestGap);
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(count);
        out.writeLong(first);
        out.writeLong(last);
        out.writeLong(longestGap);
    }

    static Arrivals read(DataInput in) throws IOException {
        Arrivals arrivals = new Arrivals();
        arrivals.count = in.readLong();
        arrivals.first = in.readLong();
        arrivals.last = in.readLong();
        arrivals.longestGap = in.readLong();
        return arrivals;
    }
}
