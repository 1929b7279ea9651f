package io.mlaas.statistics.skew;

/** What a finding is about. */
public enum SkewKind {
    /** A column of the reference that is not there, or has no value at all. Schema. */
    MISSING_COLUMN(false),
    /** A column that the reference does not have. Schema. */
    NEW_COLUMN(false),
    /** Numbers where there were categories, or the other way round. Schema. */
    TYPE_CHANGED(false),
    /** A greater share of values is missing. */
    MISSING_VALUES(true),
    /** A greater share of values is NaN or infinite. */
    NOT_FINITE(true),
    /** Texts in place of numbers, or numbers in place of names. */
    VALUE_TYPE(false),
    /** Categories that the reference does not have. */
    NEW_CATEGORY(false),
    /** Numbers far beyond the reference's least and greatest, or beyond limits that somebody gave. */
    OUT_OF_RANGE(true),
    /** One value many times on end. */
    STUCK(true),
    /** No value for a long time. */
    GAP(true),
    /** All numbers were multiplied by, and moved by, what lies between two known units. */
    UNIT_CHANGED(true),
    /** All numbers were multiplied by something else: a process can do that too. */
    SCALE_CHANGED(false);

    private final boolean sensor;

    SkewKind(boolean sensor) {
        this.sensor = sensor;
    }

    /** Whether a sensor, or its wiring, does that when it fails. */
    public boolean pointsToSensor() {
        return sensor;
    }
}
