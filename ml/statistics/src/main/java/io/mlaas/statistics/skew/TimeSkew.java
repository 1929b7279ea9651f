package io.mlaas.statistics.skew;

import java.util.Arrays;
import java.util.List;

/** Findings about when values came. */
final class TimeSkew {
    private static final double LONGER = 1.5;

    private TimeSkew() {}

    static void gaps(
            SkewSettings settings,
            RawColumn reference,
            long[] referenceTimes,
            RawColumn current,
            long[] currentTimes,
            List<SkewFinding> findings) {
        Steps before = Steps.of(reference, referenceTimes);
        Steps now = Steps.of(current, currentTimes);
        if (before.count() == 0 || now.count() == 0 || before.median() <= 0) {
            return;
        }
        double allowed = Math.max(settings.gap() * before.median(), LONGER * before.longest());
        if (now.longest() > allowed) {
            findings.add(SkewFinding.of(
                    current.name(),
                    SkewKind.GAP,
                    "",
                    "gap_ms",
                    now.longest(),
                    "from_ms",
                    now.from(),
                    "lost_values",
                    Math.round(now.longest() / before.median()) - 1,
                    "reference_step_ms",
                    before.median(),
                    "reference_gap_ms",
                    before.longest()));
        }
    }

    /** Times between one value that is there and the next; a gap may also be open at the end of the rows. */
    private record Steps(int count, double median, long longest, long from) {
        static Steps of(RawColumn column, long[] times) {
            if (times.length != column.rows()) {
                throw new IllegalArgumentException("times of " + column.name() + ": " + times.length + " (expected: "
                        + column.rows() + ", one for each row)");
            }
            long[] steps = new long[times.length];
            int count = 0;
            long longest = 0;
            long from = 0;
            int last = -1;
            for (int row = 0; row < times.length; row++) {
                if (row > 0 && times[row] < times[row - 1]) {
                    throw new IllegalArgumentException(
                            "times[" + row + "]: " + times[row] + " (expected: not before " + times[row - 1] + ")");
                }
                boolean there = !column.missing(row);
                if (last >= 0 && (there || row == times.length - 1)) {
                    long step = times[row] - times[last];
                    steps[count++] = step;
                    from = step > longest ? times[last] : from;
                    longest = Math.max(longest, step);
                }
                last = there ? row : last;
            }
            Arrays.sort(steps, 0, count);
            return new Steps(count, count == 0 ? 0 : steps[count / 2], longest, from);
        }
    }
}
