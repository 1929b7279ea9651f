package io.mlaas.statistics.skew;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.statistics.Streams;
import io.mlaas.statistics.drift.ColumnType;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SkewReportTest {
    private static final SkewReport REPORT = new SkewReport(SkewSettings.DEFAULT);

    private static double[] temperatures(long seed, DoubleUnaryOperator change) {
        return Arrays.stream(Streams.gauss(500, seed))
                .map(x -> 20 + 5 * x)
                .map(change)
                .toArray();
    }

    private static List<SkewFinding> findings(double[] reference, double[] current) {
        return REPORT.column(RawColumn.numbers("t", reference), null, RawColumn.numbers("t", current), null);
    }

    private static List<SkewFinding> findings(List<String> reference, List<String> current) {
        return REPORT.column(RawColumn.texts("c", reference), null, RawColumn.texts("c", current), null);
    }

    @Test
    void findsColumnsThatAreMissingNewOrOfAnotherType() {
        List<SkewFinding> findings = SkewReport.schema(
                Map.of("a", ColumnType.NUMERICAL, "b", ColumnType.NUMERICAL),
                Map.of("b", ColumnType.CATEGORICAL, "c", ColumnType.CATEGORICAL));
        assertThat(findings)
                .containsExactlyInAnyOrder(
                        SkewFinding.of("a", SkewKind.MISSING_COLUMN, "NUMERICAL"),
                        SkewFinding.of("b", SkewKind.TYPE_CHANGED, "NUMERICAL to CATEGORICAL"),
                        SkewFinding.of("c", SkewKind.NEW_COLUMN, "CATEGORICAL"));
    }

    @Test
    void findsNothingInTheSameData() {
        assertThat(findings(temperatures(1, x -> x), temperatures(2, x -> x))).isEmpty();
        assertThat(findings(temperatures(1, x -> x), temperatures(2, x -> x + 2)))
                .isEmpty(); // drift, but no other unit
        assertThat(findings(List.of("a", "b", "a"), List.of("b", "b", "b"))).isEmpty();
        assertThat(findings(new double[0], new double[] {1, 2})).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 0, 'kilo-unit to unit'",
        "0.001, 0, 'unit to kilo-unit'",
        "1.8, 32, '°C to °F'",
        "1, 273.15, '°C to K'",
        "100, 0, 'share to percent'",
        "3.6, 0, 'm/s to km/h (or kWh, MJ)'",
        "-1, 0, 'opposite sign'"
    })
    void findsAChangeOfUnit(double factor, double offset, String name) {
        double[] current = temperatures(2, x -> factor * x + offset);
        for (int i = 0; i < 20; i++) {
            current[i * 25] = 1e9; // outliers
        }
        List<SkewFinding> findings = findings(temperatures(1, x -> x), current);
        assertThat(findings).hasSize(1);
        assertThat(findings.getFirst().kind()).isEqualTo(SkewKind.UNIT_CHANGED);
        assertThat(findings.getFirst().detail()).isEqualTo(name);
        assertThat(findings.getFirst().evidence()).containsEntry("factor", factor);
        assertThat(findings.getFirst().evidence().get("slope"))
                .isCloseTo(Math.abs(factor), within(Math.abs(factor) * 0.15));
    }

    @Test
    void findsAChangeBackAndAnUnknownScale() {
        List<SkewFinding> back = findings(temperatures(1, x -> 1.8 * x + 32), temperatures(2, x -> x));
        assertThat(back).extracting(SkewFinding::detail).containsExactly("°F to °C");
        List<SkewFinding> scaled = findings(temperatures(1, x -> x), temperatures(2, x -> 17 * x));
        assertThat(scaled).extracting(SkewFinding::kind).containsExactly(SkewKind.SCALE_CHANGED);
        assertThat(scaled.getFirst().evidence().get("factor")).isCloseTo(17, within(1.5));
    }

    @Test
    void findsNumbersOutOfRange() {
        double[] current = temperatures(2, x -> x);
        current[3] = 200;
        current[4] = -80;
        List<SkewFinding> findings = findings(temperatures(1, x -> x), current);
        assertThat(findings).extracting(SkewFinding::kind).containsExactly(SkewKind.OUT_OF_RANGE);
        assertThat(findings.getFirst().evidence())
                .containsEntry("below", 1.0)
                .containsEntry("above", 1.0)
                .containsEntry("share", 0.004)
                .containsEntry("least", -80.0)
                .containsEntry("greatest", 200.0);
    }

    @Test
    void findsAStuckSensorAndLetsZerosAtNightBe() {
        double[] current = temperatures(2, x -> x);
        Arrays.fill(current, 100, 160, 21.5);
        List<SkewFinding> findings = findings(temperatures(1, x -> x), current);
        assertThat(findings).extracting(SkewFinding::kind).containsExactly(SkewKind.STUCK);
        assertThat(findings.getFirst().evidence())
                .containsEntry("value", 21.5)
                .containsEntry("run", 60.0)
                .containsEntry("first_row", 100.0)
                .containsEntry("reference_run", 1.0);
        double[] sun = new double[240];
        Arrays.setAll(sun, i -> Math.max(0, Math.sin(i * Math.PI / 48)));
        assertThat(findings(sun, sun.clone())).isEmpty();
    }

    @Test
    void findsMissingValuesAndGaps() {
        long[] times = new long[500];
        Arrays.setAll(times, i -> 900_000L * i);
        double[] current = temperatures(2, x -> x);
        Arrays.fill(current, 200, 240, Double.NaN);
        List<SkewFinding> findings = REPORT.column(
                RawColumn.numbers("t", temperatures(1, x -> x)), times, RawColumn.numbers("t", current), times);
        assertThat(findings)
                .containsExactly(
                        SkewFinding.of(
                                "t", SkewKind.MISSING_VALUES, "", "missing", 40, "share", 0.08, "reference_share", 0),
                        SkewFinding.of(
                                "t",
                                SkewKind.GAP,
                                "",
                                "gap_ms",
                                41 * 900_000,
                                "from_ms",
                                199 * 900_000,
                                "lost_values",
                                40,
                                "reference_step_ms",
                                900_000,
                                "reference_gap_ms",
                                900_000));
        double[] dead = temperatures(2, x -> x);
        Arrays.fill(dead, 400, 500, Double.NaN);
        assertThat(REPORT.column(
                        RawColumn.numbers("t", temperatures(1, x -> x)), times, RawColumn.numbers("t", dead), times))
                .extracting(SkewFinding::kind)
                .contains(SkewKind.GAP);
        assertThatThrownBy(() -> REPORT.column(RawColumn.numbers("t", 1), times, RawColumn.numbers("t", 1), times))
                .hasMessage("times of t: 500 (expected: 1, one for each row)");
    }

    @Test
    void findsNewCategoriesAndTextsInPlaceOfNumbers() {
        List<SkewFinding> grown = findings(List.of("on", "off", "on", "on"), Arrays.asList("on", "fault", null, "on"));
        assertThat(grown)
                .containsExactly(SkewFinding.of(
                        "c", SkewKind.NEW_CATEGORY, "fault", "categories", 1, "rows", 1, "share", 1 / 3.0));
        List<SkewFinding> texts = findings(List.of("1.5", "-2e3", "7"), List.of("1,5", "2.0", "n/a"));
        assertThat(texts).extracting(SkewFinding::kind).containsExactly(SkewKind.VALUE_TYPE);
        assertThat(texts.getFirst().evidence()).containsEntry("share_of_numbers", 1 / 3.0);
        List<String> identifiers = Collections.nCopies(1, "x");
        assertThat(findings(List.of("a", "b", "c", "d", "e", "f", "g"), identifiers))
                .isEmpty();
    }
}
