package io.mlaas.transform.payload;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.document.JsonPath;
import org.jspecify.annotations.Nullable;

/** JSON paths as fields of a document. */
public final class Paths {
    private Paths() {}

    /** A path that must be there; where it is wrong, that has been noted. */
    public static @Nullable JsonPath path(Fields fields, String name) {
        if (!fields.has(name)) {
            fields.bad(name, "missing (expected: a JSON path such as $.voltage)");
            return null;
        }
        return optional(fields, name);
    }

    public static @Nullable JsonPath optional(Fields fields, String name) {
        String text = fields.optionalText(name);
        if (text == null) {
            return null;
        }
        try {
            return JsonPath.of(text);
        } catch (IllegalArgumentException e) {
            fields.bad(name, e.getMessage() + " (expected: a JSON path)");
            return null;
        }
    }
}
