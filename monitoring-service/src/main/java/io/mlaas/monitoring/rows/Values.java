package io.mlaas.monitoring.rows;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Values of JSON as they stand in columns. */
final class Values {
    private static final double EXACT = 0x1p53;

    private Values() {}

    /** NaN for null, {@link Rows#NOT_A_NUMBER_GIVEN} for what is no number. */
    static double number(JsonNode value) {
        if (value.isNumber()) {
            return value.doubleValue();
        }
        if (value.isBoolean()) {
            return value.booleanValue() ? 1 : 0;
        }
        return value.isNull() || value.isMissingNode() ? Double.NaN : Rows.NOT_A_NUMBER_GIVEN;
    }

    /** The same text for 1, 1.0 and "1"; null for null and for what is no scalar. */
    static @Nullable String category(JsonNode value) {
        if (value.isString()) {
            return value.stringValue();
        }
        if (value.isNumber()) {
            double number = value.doubleValue();
            return number == Math.rint(number) && Math.abs(number) < EXACT
                    ? Long.toString((long) number)
                    : Double.toString(number);
        }
        return value.isBoolean() ? Boolean.toString(value.booleanValue()) : null;
    }
}
