package io.mlaas.transform.document;

import tools.jackson.databind.JsonNode;

/** Numbers of JSON trees, which may be of any size, as doubles. */
public final class Numbers {
    private Numbers() {}

    /** The nearest double, or NaN where the node is no number or the number too large for one. */
    public static double of(JsonNode node) {
        if (!node.isNumber()) {
            return Double.NaN;
        }
        double number =
                switch (node.numberType()) {
                    case BIG_DECIMAL -> node.decimalValue().doubleValue();
                    case BIG_INTEGER -> node.bigIntegerValue().doubleValue();
                    case INT, LONG, FLOAT, DOUBLE -> node.doubleValue();
                };
        return Double.isFinite(number) ? number : Double.NaN;
    }
}
