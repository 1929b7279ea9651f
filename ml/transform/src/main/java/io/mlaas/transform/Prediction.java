package io.mlaas.transform;

import java.time.Instant;
import java.util.List;

/** A learner's prediction in the terms of the use case. */
public record Prediction(String source, List<Series> series) {
    public Prediction {
        series = List.copyOf(series);
    }

    /**
     * One predicted column.
     *
     * @param times the event time of each predicted row; none where rows are no series
     * @param values one for each time (row-major, where the column is a vector)
     * @param labels the categories meant, where the column was encoded from text; otherwise none
     */
    public record Series(String name, String unit, List<Instant> times, List<Double> values, List<String> labels) {
        public Series {
            times = List.copyOf(times);
            values = List.copyOf(values);
            labels = List.copyOf(labels);
        }
    }
}
