package io.mlaas.statistics.skew;

/** What a finding is about. */
public enum SkewKind {
    MISSING_COLUMN,
    NEW_COLUMN,
    TYPE_CHANGED,
    /** More values are missing than before. */
    MISSING_VALUES,
    /** Texts that used to be numbers, or numbers in place of names. */
    VALUE_TYPE,
    NEW_CATEGORY,
    OUT_OF_RANGE,
    /** One value many times on end. */
    STUCK,
    /** No value for a long time. */
    GAP,
    /** All numbers were multiplied by, and moved by, what lies between two known units. */
    UNIT_CHANGED,
    /** All numbers were multiplied by something else. */
    SCALE_CHANGED
}
