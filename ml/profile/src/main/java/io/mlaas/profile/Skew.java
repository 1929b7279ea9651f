package io.mlaas.profile;

/**
 * Something about a column's values that is not as it was in the reference, and that no distribution test is about.
 *
 * @param column empty where it is about the rows as a whole
 * @param reference what the kind measures, in the reference: a share, a count, a factor, milliseconds
 * @param current the same now
 * @param sentence what was found, for people
 */
public record Skew(Kind kind, String column, double reference, double current, String sentence) {
    public enum Kind {
        /** A column of the reference that is not there. Schema. */
        COLUMN_GONE(false),
        /** A column that the reference does not have. Schema. */
        COLUMN_NEW(false),
        /** Numbers where there were categories, or the other way round. Schema. */
        TYPE_CHANGED(false),
        /** A greater share of values is missing. */
        MISSING(true),
        /** A greater share of values is NaN or infinite. */
        NOT_FINITE(true),
        /** A share of values far beyond the reference's least and greatest. */
        OUT_OF_RANGE(true),
        /** Categories that the reference does not have. */
        NEW_CATEGORY(false),
        /** The same number in succession for a great part of the rows. */
        STUCK(true),
        /** The same distribution by another scale. */
        UNIT_CHANGED(true),
        /** No row came for long. */
        GAP(true);

        private final boolean sensor;

        Kind(boolean sensor) {
            this.sensor = sensor;
        }

        /** Whether a sensor, or its wiring, does that when it fails. */
        public boolean pointsToSensor() {
            return sensor;
        }
    }
}
