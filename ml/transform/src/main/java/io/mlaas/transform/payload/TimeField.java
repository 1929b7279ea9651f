package io.mlaas.transform.payload;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.document.JsonPath;
import io.mlaas.transform.row.Times;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Where a tree carries its event time, and how it is written. */
record TimeField(JsonPath path, Format format) {
    enum Format {
        ISO_8601(0),
        SECONDS(1_000_000_000L),
        MILLISECONDS(1_000_000L),
        MICROSECONDS(1000L),
        NANOSECONDS(1L);

        private final long nanoseconds;

        Format(long nanoseconds) {
            this.nanoseconds = nanoseconds;
        }
    }

    static @Nullable TimeField read(@Nullable Fields fields) {
        if (fields == null) {
            return null;
        }
        JsonPath path = Paths.path(fields, "path");
        TimeField time = path == null ? null : new TimeField(path, fields.choice("format", Format.ISO_8601));
        fields.choice("format", Format.ISO_8601);
        fields.finish();
        return time;
    }

    long of(JsonNode tree) throws BadPayloadException {
        JsonNode value = path.first(tree);
        if (value == null) {
            throw new BadPayloadException(path + ": missing (expected: the event time)");
        }
        try {
            if (format == Format.ISO_8601 && value.isString()) {
                return Times.parse(value.stringValue());
            }
            if (format != Format.ISO_8601 && value.isNumber()) {
                return Times.nanoseconds(value.decimalValue(), format.nanoseconds);
            }
        } catch (IllegalArgumentException | ArithmeticException | JacksonException e) {
            throw new BadPayloadException(path + ": " + e.getMessage(), e);
        }
        throw new BadPayloadException(path + ": " + Fields.shown(value) + " (expected: "
                + (format == Format.ISO_8601 ? "an ISO 8601 time" : "a number") + ")");
    }
}
