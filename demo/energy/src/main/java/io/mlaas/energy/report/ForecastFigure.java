package io.mlaas.energy.report;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;

/**
 * A forecast beside what came.
 *
 * @param start of the first hour that was forecast
 * @param known power of the hours before, in kW
 * @param actual power that came, in kW
 * @param forecast in kW
 * @param lower end of the interval of each hour, in kW
 * @param upper end of the interval of each hour, in kW
 * @param level share of the hours that the intervals shall hold
 */
@SuppressWarnings("ArrayRecordComponent") // numbers to draw, never compared
public record ForecastFigure(
        String title,
        Instant start,
        ZoneId zone,
        double[] known,
        double[] actual,
        double[] forecast,
        double[] lower,
        double[] upper,
        double level) {
    private static final int SHOWN_BEFORE = 24;
    private static final int TICK_HOURS = 6;
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM", Locale.ROOT);

    /** Power below nothing is not drawn. */
    private static double shown(double kilowatts) {
        return Math.max(0, kilowatts);
    }

    /** Share of the hours whose power lies within the interval. */
    public double coverage() {
        int within = 0;
        for (int i = 0; i < actual.length; i++) {
            within += actual[i] >= lower[i] && actual[i] <= upper[i] ? 1 : 0;
        }
        return (double) within / actual.length;
    }

    Svg draw() {
        int before = Math.min(SHOWN_BEFORE, known.length);
        double highest = Arrays.stream(new double[][] {known, actual, forecast, upper})
                .flatMapToDouble(Arrays::stream)
                .max()
                .orElse(1);
        Frame frame = new Frame(title, "mean power of the hour in kW", before + actual.length, 0, highest);
        Svg svg = frame.svg();
        hours(frame, before);
        svg.path("band", true, band(frame, before));
        svg.path("line known", false, line(frame, 0, Arrays.copyOfRange(known, known.length - before, known.length)));
        svg.path("line actual", false, line(frame, before, actual));
        svg.path("line forecast", false, line(frame, before, forecast));
        double x = frame.legend(frame.left(), "known", false, "known when forecast");
        x = frame.legend(x, "actual", false, "what came");
        x = frame.legend(x, "forecast", false, "forecast");
        frame.legend(x, "band", true, String.format(Locale.ROOT, "%.0f %% interval", 100 * level));
        return svg;
    }

    private void hours(Frame frame, int before) {
        for (int column = 0; column <= before + actual.length; column++) {
            ZonedDateTime time = start.atZone(zone).plusHours(column - before);
            if (time.getHour() % TICK_HOURS == 0) {
                frame.tick(column, time.getHour() == 0 ? DAY.format(time) : CLOCK.format(time));
            }
        }
        frame.svg().line("now", frame.x(before), frame.top(), frame.x(before), frame.bottom());
        frame.svg().text("soft", "start", frame.x(before) + 6, frame.top() + 12, "forecast from here");
        frame.below("time (" + zone + ")");
    }

    /** In the middle of each hour. */
    private static double[] line(Frame frame, int from, double... values) {
        double[] at = new double[2 * values.length];
        for (int i = 0; i < values.length; i++) {
            at[2 * i] = frame.x(from + i + 0.5);
            at[2 * i + 1] = frame.y(shown(values[i]));
        }
        return at;
    }

    private double[] band(Frame frame, int from) {
        double[] over = line(frame, from, upper);
        double[] under = line(frame, from, lower);
        double[] at = Arrays.copyOf(over, over.length + under.length);
        for (int i = 0; i < lower.length; i++) {
            at[at.length - 2 * i - 2] = under[2 * i];
            at[at.length - 2 * i - 1] = under[2 * i + 1];
        }
        return at;
    }
}
