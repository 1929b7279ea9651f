package io.mlaas.transform.step;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.row.Column;
import io.mlaas.transform.row.Schema;
import io.mlaas.transform.row.Times;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code calendar}: what clock and calendar of a time zone say at the row's time. Cyclic ones come as sine and cosine, so
 * that 23 o'clock is as near to 0 as 1 is.
 */
final class Calendar extends Step {
    private enum Part {
        /** with the minutes as a fraction */
        HOUR(24),
        MINUTE(60),
        /** Monday is 0 */
        DAY_OF_WEEK(7),
        /** from 0 */
        DAY_OF_MONTH(31),
        /** from 0 */
        DAY_OF_YEAR(365.2425),
        /** from 0 */
        MONTH(12),
        /** 1 on Saturday and Sunday; never cyclic */
        WEEKEND(0);

        private final double period;

        Part(double period) {
            this.period = period;
        }

        private double of(ZonedDateTime time) {
            return switch (this) {
                case HOUR -> time.getHour() + time.getMinute() / 60.0 + time.getSecond() / 3600.0;
                case MINUTE -> time.getMinute();
                case DAY_OF_WEEK -> time.getDayOfWeek().getValue() - 1;
                case DAY_OF_MONTH -> time.getDayOfMonth() - 1;
                case DAY_OF_YEAR -> time.getDayOfYear() - 1;
                case MONTH -> time.getMonthValue() - 1;
                case WEEKEND -> time.getDayOfWeek().getValue() >= 6 ? 1 : 0;
            };
        }

        private String spelt() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final ZoneId zone;
    private final List<Part> parts;
    private final boolean cyclic;

    private Calendar(Schema input, Schema output, ZoneId zone, List<Part> parts, boolean cyclic) {
        super(input, output);
        this.zone = zone;
        this.parts = List.copyOf(parts);
        this.cyclic = cyclic;
    }

    static Step read(Fields fields, Schema input) {
        ZoneId zone = ZoneOffset.UTC;
        String name = fields.text("zone", "UTC");
        try {
            zone = ZoneId.of(name);
        } catch (DateTimeException e) {
            fields.bad("zone", "\"" + name + "\" (expected: a time zone such as Europe/Athens)");
        }
        boolean cyclic = fields.flag("cyclic", true);
        List<Part> parts = new ArrayList<>();
        Schema output = input;
        Columns columns = new Columns(fields, input);
        for (String text : fields.texts("features")) {
            Part part = part(fields, text);
            if (part != null) {
                parts.add(part);
                for (String column : names(part, cyclic)) {
                    output = output.with(Column.number(columns.fresh("features", column), "1"));
                }
            }
        }
        return new Calendar(input, output, zone, parts, cyclic);
    }

    private static @Nullable Part part(Fields fields, String text) {
        for (Part part : Part.values()) {
            if (part.spelt().equals(text)) {
                return part;
            }
        }
        fields.bad(
                "features",
                "\"" + text + "\" (expected: one of "
                        + String.join(
                                ", ",
                                Arrays.stream(Part.values()).map(Part::spelt).toList()) + ")");
        return null;
    }

    private static List<String> names(Part part, boolean cyclic) {
        return cyclic && part.period > 0
                ? List.of(part.spelt() + "_sin", part.spelt() + "_cos")
                : List.of(part.spelt());
    }

    @Override
    public Processor start() {
        return (row, next) -> {
            @Nullable Object[] values = row.values(output().size());
            ZonedDateTime time = Times.instant(row.time()).atZone(zone);
            int at = row.size();
            for (Part part : parts) {
                double value = part.of(time);
                if (cyclic && part.period > 0) {
                    double angle = 2 * Math.PI * value / part.period;
                    values[at++] = StrictMath.sin(angle);
                    values[at++] = StrictMath.cos(angle);
                } else {
                    values[at++] = value;
                }
            }
            next.pass(row.with(values));
        };
    }
}
