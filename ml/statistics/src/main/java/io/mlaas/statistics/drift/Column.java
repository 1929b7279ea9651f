package io.mlaas.statistics.drift;

/** The values of one column in one dataset, as far as a test between two samples needs them: their order does not count. */
public sealed interface Column permits NumericalColumn, CategoricalColumn {
    ColumnType type();

    /** Values that can be compared: neither missing nor, in numbers, infinite. */
    long size();

    /** Values that were given and cannot be compared: null, NaN, infinite. */
    long dropped();

    /** Different values, counted up to {@code most}. */
    int distinct(int most);
}
