package io.mlaas.statistics;

/** A prediction interval, in the unit of the predicted value. */
public record Interval(double lower, double upper) {
    public boolean holds(double value) {
        return value >= lower && value <= upper;
    }

    public double width() {
        return upper - lower;
    }
}
