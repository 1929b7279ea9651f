package io.mlaas.statistics.skew;

/**
 * Something about a column's values that is not as it was in the reference, and that no test of distributions is about.
 *
 * @param column empty where it is about the rows as a whole
 * @param reference what the kind measures, in the reference: the share of values; of {@link SkewKind#STUCK} the longest run as a
 *     share of its rows, of {@link SkewKind#GAP} milliseconds, of a unit or scale the factor 1
 * @param current the same now
 * @param rows that show it now; 0 where it is about none in particular
 * @param sentence what was found, for people
 */
public record SkewFinding(SkewKind kind, String column, double reference, double current, long rows, String sentence) {}
