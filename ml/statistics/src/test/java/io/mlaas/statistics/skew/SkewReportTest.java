package io.mlaas.statistics.skew;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
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
        return REPORT.column("t", ColumnFacts.numbers(reference), ColumnFacts.numbers(current));
    }

    private static List<SkewFinding> findings(List<String> reference, List<String> current) {
        return REPORT.column("c", ColumnFacts.names(reference), ColumnFacts.names(current));
    }

    @Test
    void findsColumnsThatAreMissingNewOrOfAnotherType() {
        List<SkewFinding> findings = SkewReport.schema(
                Map.of("a", ColumnType.NUMERICAL, "b", ColumnType.NUMERICAL),
                Map.of("b", ColumnType.CATEGORICAL, "c", ColumnType.CATEGORICAL));
        assertThat(findings)
                .extracting(finding -> finding.column() + " " + finding.kind() + ": " + finding.sentence())
                .containsExactlyInAnyOrder(
                        "a MISSING_COLUMN: a is not there any more",
                        "b TYPE_CHANGED: b changed from NUMERICAL to CATEGORICAL",
                        "c NEW_COLUMN: c is new: the reference does not have it");
        assertThat(findings(new double[] {1, 2}, new double[] {Double.NaN, Double.NaN}))
                .extracting(SkewFinding::kind)
                .containsExactly(SkewKind.MISSING_COLUMN);
        assertThat(REPORT.column("t", ColumnFacts.numbers(1), ColumnFacts.names(List.of("1"))))
                .extracting(SkewFinding::kind)
                .containsExactly(SkewKind.TYPE_CHANGED);
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
        assertThat(findings.getFirst().sentence()).startsWith("t looks like another unit, " + name + ": ");
        assertThat(findings.getFirst().current()).isEqualTo(factor);
    }

    @Test
    void findsAChangeBackAndAnUnknownScale() {
        List<SkewFinding> back = findings(temperatures(1, x -> 1.8 * x + 32), temperatures(2, x -> x));
        assertThat(back)
                .singleElement()
                .extracting(SkewFinding::sentence)
                .asString()
                .contains("°F to °C");
        List<SkewFinding> scaled = findings(temperatures(1, x -> x), temperatures(2, x -> 17 * x));
        assertThat(scaled).extracting(SkewFinding::kind).containsExactly(SkewKind.SCALE_CHANGED);
        assertThat(scaled.getFirst().current()).isCloseTo(17, within(1.5));
    }

    @Test
    void findsNumbersOutOfRange() {
        double[] current = temperatures(2, x -> x);
        Arrays.fill(current, 3, 6, 200);
        Arrays.fill(current, 6, 8, -80);
        List<SkewFinding> findings = findings(temperatures(1, x -> x), current);
        assertThat(findings).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(SkewKind.OUT_OF_RANGE);
            assertThat(finding.rows()).isEqualTo(5);
            assertThat(finding.current()).isCloseTo(0.01, within(1e-15));
            assertThat(finding.sentence())
                    .startsWith("t is beyond the reference's ")
                    .endsWith("in 1.0 % of the rows (-80.00 to 200.0)");
        });
        current[7] = 20;
        assertThat(findings(temperatures(1, x -> x), current)).isEmpty(); // four may be by chance
    }

    @Test
    void findsWhatSomebodySaysShouldNotBeThere() {
        SkewReport.Limits limits = new SkewReport.Limits(0.0, null, List.of("on", "off"));

        assertThat(REPORT.column("t", ColumnFacts.numbers(-1, 5), ColumnFacts.numbers(1, 2, -3, 4), limits))
                .containsExactly(new SkewFinding(
                        SkewKind.OUT_OF_RANGE,
                        "t",
                        0.5,
                        0.25,
                        1,
                        "t is beyond the schema's 0.000 to … in 25.0 % of the rows (-3.000 to 4.000)"));
        assertThat(REPORT.column(
                        "c", ColumnFacts.names(List.of("old")), ColumnFacts.names(List.of("old", "on")), limits))
                .singleElement()
                .satisfies(finding -> assertThat(finding.kind()).isEqualTo(SkewKind.NEW_CATEGORY));
    }

    @Test
    void findsAStuckSensorAndLetsZerosAtNightBe() {
        double[] current = temperatures(2, x -> x);
        Arrays.fill(current, 100, 160, 21.5);
        List<SkewFinding> findings = findings(temperatures(1, x -> x), current);
        assertThat(findings).extracting(SkewFinding::kind).containsExactly(SkewKind.STUCK);
        assertThat(findings.getFirst().sentence())
                .isEqualTo("t was stuck at 21.50 for 60 of 500 rows (reference: 1 at most)");
        assertThat(findings.getFirst().current()).isEqualTo(0.12);
        double[] sun = new double[240];
        Arrays.setAll(sun, i -> Math.max(0, Math.sin(i * Math.PI / 48)));
        assertThat(findings(sun, sun.clone())).isEmpty();
    }

    @Test
    void findsMissingValuesAndGaps() {
        double[] current = temperatures(2, x -> x);
        Arrays.fill(current, 200, 240, Double.NaN);
        assertThat(findings(temperatures(1, x -> x), current))
                .containsExactly(new SkewFinding(
                        SkewKind.MISSING_VALUES,
                        "t",
                        0,
                        0.08,
                        40,
                        "t is missing in 8.0 % of the rows (reference: 0.0 %)"));
        current[10] = Double.POSITIVE_INFINITY;
        Arrays.fill(current, 20, 30, Double.NEGATIVE_INFINITY);
        assertThat(findings(temperatures(1, x -> x), current))
                .extracting(SkewFinding::kind, SkewFinding::rows)
                .containsExactly(tuple(SkewKind.MISSING_VALUES, 40L), tuple(SkewKind.NOT_FINITE, 11L));
        double[] some = temperatures(1, x -> x);
        some[0] = Double.NaN;
        assertThat(findings(Arrays.copyOf(some, 5), Arrays.copyOf(current, 8))).isEmpty();

        Steps each = Steps.of(0, 1000, 2000, 3000);
        assertThat(REPORT.gap("t", each, Steps.of(0, 1000, 12_500, 13_500)))
                .isEqualTo(new SkewFinding(
                        SkewKind.GAP, "t", 1000, 11_500, 0, "no value of t came for PT11.5S (usually every PT1S)"));
        assertThat(REPORT.gap("t", each, Steps.of(0, 10_000))).isNull();
        assertThat(REPORT.gap("", Steps.of(), each)).isNull();
        assertThatThrownBy(() -> Steps.of(2, 1)).hasMessage("times[1]: 1 (expected: not before 2)");
    }

    @Test
    void findsNewCategoriesAndTextsInPlaceOfNumbers() {
        List<SkewFinding> grown = findings(List.of("on", "off", "on", "on"), Arrays.asList("on", "fault", null, "on"));
        assertThat(grown)
                .containsExactly(
                        new SkewFinding(
                                SkewKind.MISSING_VALUES,
                                "c",
                                0,
                                0.25,
                                1,
                                "c is missing in 25.0 % of the rows (reference: 0.0 %)"),
                        new SkewFinding(
                                SkewKind.NEW_CATEGORY,
                                "c",
                                0,
                                1 / 3.0,
                                1,
                                "c has 1 categories that the reference does not have, in 33.3 % of the rows: \"fault\""));
        List<SkewFinding> texts = findings(List.of("1.5", "-2e3", "7"), List.of("1,5", "2.0", "n/a"));
        assertThat(texts).extracting(SkewFinding::kind).containsExactly(SkewKind.VALUE_TYPE);
        assertThat(texts.getFirst().current()).isEqualTo(1 / 3.0);
        List<String> identifiers = Collections.nCopies(1, "x");
        assertThat(findings(List.of("a", "b", "c", "d", "e", "f", "g"), identifiers))
                .isEmpty();
    }
}
