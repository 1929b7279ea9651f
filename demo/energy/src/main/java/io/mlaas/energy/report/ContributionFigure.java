package io.mlaas.energy.report;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;

/**
 * What each hour that was known speaks for and against in the forecast of one hour.
 *
 * @param start of the first hour that was known
 * @param contributions of each hour, in kW
 */
@SuppressWarnings("ArrayRecordComponent") // numbers to draw, never compared
public record ContributionFigure(String title, Instant start, ZoneId zone, double[] contributions) {
    private static final int TICK_HOURS = 6;
    private static final double GAP = 0.15;
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM", Locale.ROOT);

    Svg draw() {
        double highest = Arrays.stream(contributions).max().orElse(0);
        double lowest = Arrays.stream(contributions).min().orElse(0);
        Frame frame = new Frame(
                title,
                "contribution in kW",
                contributions.length,
                Math.min(0, lowest),
                Math.max(Math.max(0, highest), Math.min(0, lowest) + 1e-6));
        for (int hour = 0; hour < contributions.length; hour++) {
            double value = contributions[hour];
            double top = frame.y(Math.max(0, value));
            frame.svg()
                    .rect(
                            value >= 0 ? "for" : "against",
                            frame.x(hour + GAP),
                            top,
                            frame.x(hour + 1 - GAP) - frame.x(hour + GAP),
                            frame.y(Math.min(0, value)) - top);
            ZonedDateTime time = start.atZone(zone).plusHours(hour);
            if (time.getHour() % TICK_HOURS == 0) {
                frame.tick(hour, time.getHour() == 0 ? DAY.format(time) : CLOCK.format(time));
            }
        }
        frame.below("hour that was known (" + zone + ")");
        frame.legend(frame.legend(frame.left(), "for", true, "speaks for more"), "against", true, "speaks for less");
        return frame.svg();
    }
}
