package io.mlaas.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.statistics.skew.SkewFinding;
import io.mlaas.statistics.skew.SkewKind;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class ValueSkewTest {
    private final SplittableRandom random = new SplittableRandom(3);

    @Test
    void findsNothingInWhatIsAsItWas() {
        assertThat(ValueSkew.between(profile(x -> x), profile(x -> x))).isEmpty();
        // a shift is drift, and no skew
        assertThat(ValueSkew.between(profile(x -> x), profile(x -> x + 1))).isEmpty();
    }

    @Test
    void namesSchemaSkew() {
        DatasetProfile reference = profile(x -> x);
        reference.numeric("gone").add(1);
        reference.numeric("type").add(1);
        DatasetProfile current = profile(x -> x);
        current.numeric("new").add(1);
        current.categorical("type").add("1");

        assertThat(ValueSkew.between(reference, current))
                .extracting(SkewFinding::kind, SkewFinding::column)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(SkewKind.MISSING_COLUMN, "gone"),
                        org.assertj.core.groups.Tuple.tuple(SkewKind.TYPE_CHANGED, "type"),
                        org.assertj.core.groups.Tuple.tuple(SkewKind.NEW_COLUMN, "new"));
    }

    @Test
    void namesValuesThatAreNotAsTheyWere() {
        DatasetProfile current = profile(x -> x);
        for (int i = 0; i < 100; i++) {
            current.numeric("temperature").addMissing();
            current.numeric("temperature").add(Double.NaN);
            current.numeric("temperature").add(500);
            current.categorical("mode").add("turbo");
        }

        assertThat(ValueSkew.between(profile(x -> x), current))
                .extracting(SkewFinding::kind)
                .containsExactly(
                        SkewKind.NEW_CATEGORY, SkewKind.MISSING_VALUES, SkewKind.NOT_FINITE, SkewKind.OUT_OF_RANGE);
    }

    @Test
    void aStateThatTheReferenceOftenHasIsNotStuck() {
        DatasetProfile reference = new DatasetProfile();
        DatasetProfile current = new DatasetProfile();
        for (int i = 0; i < 100; i++) {
            reference.numeric("pump").add(i % 2);
            current.numeric("pump").add(0);
            reference.numeric("level").add(i);
            current.numeric("level").add(0);
        }

        assertThat(ValueSkew.between(reference, current))
                .extracting(SkewFinding::kind, SkewFinding::column)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(SkewKind.STUCK, "level"));
    }

    @Test
    void namesOneThatIsStuckAndHowLong() {
        DatasetProfile current = profile(x -> x);
        for (int i = 0; i < 300; i++) {
            current.numeric("temperature").add(21.5);
        }

        SkewFinding skew = ValueSkew.between(profile(x -> x), current).getFirst();
        assertThat(skew.kind()).isEqualTo(SkewKind.STUCK);
        assertThat(skew.sentence())
                .isEqualTo("temperature was stuck at 21.50 for 300 of 1300 rows (reference: 1 at most)");
    }

    @Test
    void recognisesUnits() {
        assertThat(kind(celsius -> celsius * 1.8 + 32)).isEqualTo(SkewKind.UNIT_CHANGED);
        assertThat(kind(metres -> metres * 1000)).isEqualTo(SkewKind.UNIT_CHANGED);
        assertThat(kind(watts -> watts / 1000)).isEqualTo(SkewKind.UNIT_CHANGED);
        assertThat(ValueSkew.between(profile(x -> x), profile(x -> 1.5 * x)))
                .extracting(SkewFinding::kind)
                .doesNotContain(SkewKind.UNIT_CHANGED);
    }

    private SkewKind kind(DoubleUnaryOperator change) {
        return ValueSkew.between(profile(x -> x), profile(change)).getLast().kind();
    }

    @Test
    void namesALongTimeWithoutRows() {
        DatasetProfile reference = new DatasetProfile();
        DatasetProfile current = new DatasetProfile();
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        for (int i = 0; i < 50; i++) {
            reference.arrivals().add(start.plusSeconds(i));
            current.arrivals().add(start.plusSeconds(i < 25 ? i : i + 600));
        }

        assertThat(ValueSkew.between(reference, current)).singleElement().satisfies(skew -> assertThat(skew.sentence())
                .isEqualTo("no row came for PT10M1S (usually every PT1S)"));
    }

    private DatasetProfile profile(DoubleUnaryOperator change) {
        DatasetProfile profile = new DatasetProfile();
        for (int i = 0; i < 1000; i++) {
            profile.numeric("temperature").add(change.applyAsDouble(20 + 3 * random.nextGaussian()));
            profile.categorical("mode").add(random.nextBoolean() ? "eco" : "boost");
        }
        return profile;
    }
}
