package io.mlaas.monitoring.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.monitoring.monitor.Schema;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.monitoring.rows.RowsBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is wrong with the values of rows that are made as {@link Made} says. */
class SkewsTest {
    private static final Schema SCHEMA = new Schema(
            List.of(
                    new Schema.Feature("a", Schema.Type.NUMERIC, null, null, List.of()),
                    new Schema.Feature("b", Schema.Type.NUMERIC, null, null, List.of()),
                    new Schema.Feature("valve", Schema.Type.CATEGORICAL, null, null, List.of("open", "shut"))),
            List.of("device"),
            List.of(),
            List.of("prediction"),
            List.of(),
            null);

    private final ReferenceProfile reference = new ReferenceProfile(new Made(1).rows("reference", 2000, 2000));

    @Test
    void findsNothingWhereNothingIsWrong() {
        assertThat(skews(new Made(2).rows("w", 800, 0))).isEmpty();
    }

    @Test
    void namesTheDeviceWhoseSensorIsStuckThoughOthersComeBetween() {
        assertThat(skews(new Made(3).stuckFrom(400).rows("w", 800, 0)))
                .singleElement()
                .isEqualTo(new Report.Skew(
                        "stuck",
                        "a",
                        1 / 500.0,
                        0.5,
                        100,
                        "a was stuck at 1.500 for 100 of 200 rows of device-0 (reference: 1 at most)"));
    }

    @Test
    void namesAnotherUnitAndATimeWithoutRows() {
        Rows made = new Made(4).rows("w", 800, 0);
        RowsBuilder rows = new RowsBuilder(Made.LAYOUT);
        for (int i = 0; i < made.size(); i++) {
            boolean late = made.micros(i) >= 400_000_000L;
            rows.row(made.id(i), made.micros(i) + (late ? 3600_000_000L : 0));
            rows.set(0, 1000 * made.numbers(0)[i]);
            if (made.micros(i) < 300_000_000L || made.micros(i) >= 340_000_000L) {
                rows.set(1, made.numbers(1)[i]);
            }
            rows.set(2, made.category(2, i));
        }

        assertThat(skews(Made.sorted(rows.build())))
                .extracting(Report.Skew::sentence)
                .satisfiesExactly(
                        gap -> assertThat(gap).startsWith("no row came for PT1H1S (usually every PT8.7"),
                        unit -> assertThat(unit)
                                .startsWith("a looks like another unit, kilo-unit to unit: the reference times 1000"),
                        missing -> assertThat(missing).startsWith("b is missing in 5.0 % of the rows"));
    }

    private List<Report.Skew> skews(Rows rows) {
        return Skews.of(SCHEMA, new Columns(rows), reference);
    }
}
