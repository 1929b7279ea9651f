package io.mlaas.transform.step;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.row.Unit;
import org.jspecify.annotations.Nullable;

/** Units as fields of a document. */
final class Units {
    private Units() {}

    static String read(Fields fields, String name, String fallback) {
        String text = fields.text(name, fallback);
        if (!text.isEmpty() && Unit.find(text) == null) {
            fields.bad(name, "\"" + text + "\" (expected: one of " + Unit.names(null) + ")");
            return fallback;
        }
        return text;
    }

    /** A unit of the same dimension as another one. */
    static @Nullable Unit like(Fields fields, String name, Unit other) {
        String text = fields.text(name);
        Unit unit = Unit.find(text);
        if (!text.isEmpty() && (unit == null || !unit.dimension().equals(other.dimension()))) {
            fields.bad(name, "\"" + text + "\" (expected: one of " + Unit.names(other.dimension()) + ")");
            return null;
        }
        return unit;
    }
}
