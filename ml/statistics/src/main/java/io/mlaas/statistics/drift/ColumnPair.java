package io.mlaas.statistics.drift;

/** A column of the reference and the same one of the current data. */
public record ColumnPair(String name, ColumnRole role, Column reference, Column current) {
    public static ColumnPair feature(String name, Column reference, Column current) {
        return new ColumnPair(name, ColumnRole.FEATURE, reference, current);
    }
}
