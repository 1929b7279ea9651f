package io.mlaas.monitoring.rows;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What turned out to be true of a row.
 *
 * @param atMicros when it was found out
 * @param numbers one per output, or empty
 * @param category the class, or null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as records; not changed by anybody
public record Label(
        RowId id, long atMicros, double[] numbers, @Nullable String category) {

    /** Whether it counts rather than another of the same row: the later one does, of two at one time the greater one. */
    public boolean beats(Label other) {
        if (atMicros != other.atMicros) {
            return atMicros > other.atMicros;
        }
        int order = Arrays.compare(numbers, other.numbers);
        if (order != 0) {
            return order > 0;
        }
        return category != null && (other.category == null || category.compareTo(other.category) > 0);
    }
}
