package io.mlaas.statistics.drift;

/** What a column is to its model. All roles are tested alike. */
public enum ColumnRole {
    FEATURE,
    PREDICTION,
    TARGET
}
