package io.mlaas.statistics.drift;

/** Whether the values of a column are ordered numbers or names without order. */
public enum ColumnType {
    NUMERICAL,
    CATEGORICAL
}
