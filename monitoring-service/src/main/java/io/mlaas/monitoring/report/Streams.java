package io.mlaas.monitoring.report;

import io.mlaas.monitoring.monitor.StreamTest;
import io.mlaas.monitoring.rows.Layout;
import io.mlaas.monitoring.rows.Layout.Role;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.statistics.stream.DriftDetector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Changes within a window: its rows go through a detector in the order of time, after the reference's. */
final class Streams {
    private static final int MOST_ROWS = 100_000;
    private static final int MOST_REFERENCE_ROWS = 20_000;
    private static final int MOST_TOLD = 20;
    private static final long MICROS = 1_000_000;

    private Streams() {}

    /** @return null if nothing is asked for */
    static @Nullable List<Report.Stream> of(Columns window, Columns reference, List<StreamTest> tests) {
        return tests.isEmpty()
                ? null
                : tests.stream().map(test -> of(test, window, reference)).toList();
    }

    private static Report.Stream of(StreamTest test, Columns window, Columns reference) {
        double[] before = values(test, reference, Numbers.firstInTime(reference, MOST_REFERENCE_ROWS));
        Scale scale = test.standardised() ? Scale.of(before) : new Scale(0, 1);
        DriftDetector detector = test.detector();
        for (double value : before) {
            if (scale.fits(value)) {
                detector.update(scale.of(value));
            }
        }
        int[] order = Numbers.firstInTime(window, MOST_ROWS);
        double[] now = values(test, window, order);
        List<Report.Detection> first = new ArrayList<>();
        long rows = 0;
        long detections = 0;
        for (int i = 0; i < now.length; i++) {
            if (scale.fits(now[i])) {
                if (detector.update(scale.of(now[i]))) {
                    detections++;
                    if (first.size() < MOST_TOLD) {
                        first.add(new Report.Detection(instant(window.rows().micros(order[i])), rows));
                    }
                }
                rows++;
            }
        }
        return new Report.Stream(test.kind().name().toLowerCase(Locale.ROOT), test.on(), rows, detections, first);
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1000);
    }

    /** In terms of the reference's values, so that what a detector is set to fits every unit. */
    private record Scale(double mean, double deviation) {
        static Scale of(double... values) {
            double[] there = Arrays.stream(values)
                    .filter(x -> Math.abs(x) <= Numbers.LARGEST)
                    .toArray();
            double mean = there.length == 0 ? 0 : Arrays.stream(there).sum() / there.length;
            double squares =
                    Arrays.stream(there).map(x -> (x - mean) * (x - mean)).sum();
            double deviation = there.length == 0 ? 0 : Math.sqrt(squares / there.length);
            return new Scale(mean, deviation > 0 ? deviation : 1);
        }

        boolean fits(double value) {
            return Math.abs(value) <= Numbers.LARGEST;
        }

        double of(double value) {
            return (value - mean) / deviation;
        }
    }

    /** NaN where there is none. */
    private static double[] values(StreamTest test, Columns columns, int... order) {
        Rows rows = columns.rows();
        Layout layout = rows.layout();
        IntToDoubleFunction value = test.ofError()
                ? layout.numericTarget() ? error(rows, layout) : wrong(rows, layout)
                : row -> rows.numbers(layout.input(test.on()))[row];
        return Arrays.stream(order).mapToDouble(value).toArray();
    }

    /** Of all outputs. */
    private static IntToDoubleFunction error(Rows rows, Layout layout) {
        int prediction = layout.first(Role.PREDICTION);
        int target = layout.first(Role.TARGET);
        int outputs = layout.outputs().size();
        return row -> {
            double sum = 0;
            for (int i = 0; i < outputs; i++) {
                sum += Math.abs(rows.numbers(prediction + i)[row] - rows.numbers(target + i)[row]);
            }
            return sum / outputs;
        };
    }

    private static IntToDoubleFunction wrong(Rows rows, Layout layout) {
        int prediction = layout.first(Role.PREDICTION);
        int target = layout.first(Role.TARGET);
        return row -> {
            String predicted = rows.category(prediction, row);
            String actual = rows.category(target, row);
            return predicted == null || actual == null ? Double.NaN : predicted.equals(actual) ? 0 : 1;
        };
    }
}
