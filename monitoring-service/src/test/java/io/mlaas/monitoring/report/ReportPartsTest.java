package io.mlaas.monitoring.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.monitoring.monitor.DriftTests;
import io.mlaas.monitoring.monitor.StreamTest;
import io.mlaas.monitoring.rows.Layout;
import io.mlaas.monitoring.rows.Layout.Role;
import io.mlaas.monitoring.rows.RowId;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.monitoring.rows.RowsBuilder;
import io.mlaas.statistics.drift.DriftSettings;
import io.mlaas.statistics.performance.ErrorBias;
import io.mlaas.statistics.stream.Adwin;
import io.mlaas.statistics.stream.Ddm;
import io.mlaas.statistics.stream.Kswin;
import io.mlaas.statistics.stream.PageHinkley;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The parts of a report on rows that are made as {@link Made} says. */
class ReportPartsTest {
    private static final DriftTests TESTS =
            new DriftTests(DriftSettings.DEFAULT, 30, List.of(DriftTests.Multivariate.values()), List.of());

    private final ReferenceProfile reference = new ReferenceProfile(new Made(1).rows("reference", 4000, 4000));

    @Test
    void estimatesErrorsOfInputsThatTheNoiseIsKnownFor() {
        Rows window = new Made(2).shifted(1.5).rows("w", 2000, 0);
        Rows labelled = new Made(2).shifted(1.5).rows("w", 2000, 2000);

        Report.Estimated estimated =
                reference.estimation().of(window, Performances.of(labelled), reference.performance());

        assertThat(estimated.method()).isEqualTo("dle");
        assertThat(estimated.rows()).isEqualTo(2000);
        Report.Estimate mae = estimated.metrics().get("mae");
        assertThat(mae.estimate()).isCloseTo(mae.realised(), within(0.1 * mae.realised()));
        assertThat(mae.estimate()).isGreaterThan(1.5 * mae.reference());
        assertThat(mae.alert()).isTrue();
        assertThat(mae.upper()).isLessThan(mae.estimate());
        assertThat(reference
                        .estimation()
                        .of(new Made(3).rows("s", 2000, 0), null, null)
                        .metrics()
                        .values())
                .hasSize(2)
                .noneMatch(Report.Estimate::alert);
    }

    @Test
    void estimatesHowOftenClassesAreRight() {
        ReferenceProfile sure = new ReferenceProfile(classes(5, 3000, 0));
        Rows window = classes(6, 3000, 1);

        Report.Estimated estimated = sure.estimation().of(window, Performances.of(window), sure.performance());

        assertThat(estimated.method()).isEqualTo("cbpe");
        for (String metric : List.of("accuracy", "precision", "recall", "f1", "roc_auc")) {
            Report.Estimate estimate = estimated.metrics().get(metric);
            assertThat(estimate.estimate()).as(metric).isCloseTo(estimate.realised(), within(0.03));
        }
    }

    /** Of probabilities that are as they say. */
    private static Rows classes(long seed, int count, double shift) {
        Layout layout = new Layout(Map.of("x", Layout.Kind.NUMERIC), List.of(), List.of(), List.of("no", "yes"));
        SplittableRandom random = new SplittableRandom(seed);
        RowsBuilder rows = new RowsBuilder(layout);
        for (int i = 0; i < count; i++) {
            rows.row(RowId.of("c" + seed, i), i);
            double p = 1 / (1 + Math.exp(-(1.5 * random.nextGaussian() + shift)));
            rows.set(layout.first(Role.PROBABILITY), 1 - p);
            rows.set(layout.first(Role.PROBABILITY) + 1, p);
            rows.set(layout.first(Role.PREDICTION), p >= 0.5 ? "yes" : "no");
            rows.set(layout.first(Role.TARGET), random.nextDouble() < p ? "yes" : "no");
        }
        return Made.sorted(rows.build());
    }

    @Test
    void saysWhereErrorsLeanAndOfWhichRows() {
        Rows window = new Made(4).rows("w", 1000, 1000);

        Report.Bias bias = Biases.of(window, reference.all().rows(), 30).getFirst();

        ErrorBias expected = ErrorBias.of(window.numbers(5), window.numbers(4));
        assertThat(bias.current().underestimation().meanError())
                .isEqualTo(expected.underestimation().meanError());
        assertThat(bias.current().majority().count()).isEqualTo(900);
        assertThat(bias.reference().majority().count()).isEqualTo(3600);
        assertThat(bias.numeric()).extracting(Report.NumericBias::feature).containsExactlyInAnyOrder("a", "b");
        Report.NumericBias a = bias.numeric().stream()
                .filter(one -> one.feature().equals("a"))
                .findFirst()
                .orElseThrow();
        assertThat(a.current().range())
                .isEqualTo(expected.numeric(window.numbers(0)).range());
        assertThat(a.reference()).isNotNull();
        assertThat(bias.categorical().getFirst().feature()).isEqualTo("valve");
        assertThat(Biases.of(new Made(4).rows("w", 1000, 29), reference.all().rows(), 30))
                .isNull();
    }

    @Test
    void seesFeaturesThatAreNoLongerRelated() {
        Together together = new Together(reference.all());

        assertThat(together.of(new Columns(new Made(5).rows("w", 1500, 0)), TESTS))
                .extracting(Report.Multivariate::method, Report.Multivariate::drift)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("mmd", false),
                        org.assertj.core.groups.Tuple.tuple("pca", false));
        Columns lost = new Columns(new Made(5).unrelated().rows("w", 1500, 0));
        assertThat(together.of(lost, TESTS)).allMatch(Report.Multivariate::drift);
        // what no column shows alone
        assertThat(new Drifts(TESTS, reference).of(lost).drifted()).isZero();
        assertThat(together.of(lost, new DriftTests(DriftSettings.DEFAULT, 30, List.of(), List.of())))
                .isNull();
    }

    @Test
    void detectorsNameTheTimeOfAChange() {
        List<StreamTest> tests = List.of(
                new StreamTest(StreamTest.Kind.ADWIN, "error", true, () -> new Adwin(0.002)),
                new StreamTest(
                        StreamTest.Kind.PAGE_HINKLEY,
                        "error",
                        true,
                        () -> new PageHinkley(PageHinkley.Settings.DEFAULT.with(PageHinkley.Mode.UP))),
                new StreamTest(
                        StreamTest.Kind.KSWIN, "error", true, () -> new Kswin(new Kswin.Settings(1e-6, 100, 30, 42))));
        Columns window = new Columns(new Made(6).worseFrom(600).rows("w", 1000, 1000));

        List<Report.Stream> found = Streams.of(window, reference.all(), tests);

        assertThat(found).hasSize(3).allSatisfy(stream -> {
            assertThat(stream.rows()).isEqualTo(1000);
            Report.Detection first = stream.first().getFirst();
            assertThat(first.row()).as(stream.detector()).isBetween(600L, 700L);
            assertThat(first.at()).isEqualTo(Instant.ofEpochSecond(first.row()));
        });
        List<StreamTest> calm = List.of(
                new StreamTest(StreamTest.Kind.ADWIN, "a", true, () -> new Adwin(0.002)),
                new StreamTest(StreamTest.Kind.ADWIN, "error", true, () -> new Adwin(0.002)));
        assertThat(Streams.of(new Columns(new Made(7).rows("w", 1000, 0)), reference.all(), calm))
                .extracting(Report.Stream::rows, Report.Stream::detections)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(1000L, 0L), org.assertj.core.groups.Tuple.tuple(0L, 0L));
    }

    @Test
    void countsWrongClassesByDdm() {
        RowsBuilder rows = new RowsBuilder(classes(5, 1, 0).layout());
        Rows known = classes(5, 500, 0);
        Layout layout = known.layout();
        for (int i = 0; i < 400; i++) {
            rows.row(RowId.of("w", i), i);
            rows.set(layout.first(Role.PREDICTION), "yes");
            rows.set(layout.first(Role.TARGET), i < 200 && i % 4 != 0 ? "yes" : "no");
        }

        List<Report.Stream> found = Streams.of(
                new Columns(Made.sorted(rows.build())),
                new Columns(known),
                List.of(new StreamTest(StreamTest.Kind.DDM, "error", false, Ddm::new)));

        assertThat(found.getFirst().first().getFirst().row()).isBetween(200L, 300L);
    }

    @Test
    void dividesRowsBySegmentAndPutsSmallOnesTogether() {
        RowsBuilder rows = new RowsBuilder(Made.LAYOUT);
        Rows made = new Made(8).rows("w", 2000, 1000);
        for (int i = 0; i < 2000; i++) {
            rows.row(made.id(i), made.micros(i));
            rows.set(0, made.numbers(0)[i] + (i < 400 ? 2 : 0));
            rows.set(1, made.numbers(1)[i]);
            rows.set(2, made.category(2, i));
            rows.set(3, i < 400 ? "moved" : "device-" + i % 30);
            rows.set(4, made.numbers(4)[i]);
            rows.set(5, made.numbers(5)[i]);
        }

        Report.Segment segment = new Segments(new Drifts(TESTS, reference))
                .of(Made.sorted(rows.build()))
                .getFirst();

        assertThat(segment.name()).isEqualTo("device");
        assertThat(segment.values()).hasSize(21);
        Report.SegmentValue moved = segment.values().getFirst();
        assertThat(moved.value()).isEqualTo("moved");
        assertThat(moved.rows()).isEqualTo(400);
        assertThat(moved.driftShare()).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(moved.metrics()).containsKey("mae");
        Report.SegmentValue rest = segment.values().getLast();
        assertThat(rest.value()).isNull();
        assertThat(rest.values()).isEqualTo(11);
        assertThat(segment.values().stream()
                        .mapToLong(Report.SegmentValue::rows)
                        .sum())
                .isEqualTo(2000);
        assertThat(segment.values().stream()
                        .mapToLong(Report.SegmentValue::labelled)
                        .sum())
                .isEqualTo(1000);
    }

    @Test
    void noOrderOfArrivalChangesAPart() {
        Rows rows = new Made(9).worseFrom(500).rows("w", 900, 700);
        RowsBuilder other = new RowsBuilder(Made.LAYOUT);
        for (int i = rows.size() - 1; i >= 0; i--) {
            other.row(rows.id(i), rows.micros(i));
            for (int column = 0; column < Made.LAYOUT.size(); column++) {
                if (Made.LAYOUT.numeric(column)) {
                    other.set(column, rows.numbers(column)[i]);
                } else {
                    other.set(column, rows.category(column, i));
                }
            }
        }

        assertThat(parts(Made.sorted(other.build())))
                .isEqualTo(parts(rows))
                .hasSize(5)
                .doesNotContainNull();
    }

    private List<Object> parts(Rows rows) {
        Columns window = new Columns(rows);
        List<StreamTest> streams =
                List.of(new StreamTest(StreamTest.Kind.ADWIN, "error", true, () -> new Adwin(0.002)));
        return java.util.Arrays.asList(
                reference.estimation().of(rows, Performances.of(rows), reference.performance()),
                Biases.of(rows, reference.all().rows(), 30),
                new Together(reference.all()).of(window, TESTS),
                Streams.of(window, reference.all(), streams),
                new Segments(new Drifts(TESTS, reference)).of(rows));
    }
}
