package io.mlaas.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DatasetProfileTest {
    private final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");

    @Test
    void knowsWhatAColumnOfNumbersHeld() {
        NumericProfile profile = new NumericProfile();
        profile.addAll(3, 1, 1, 1, 2, Double.NaN, Double.POSITIVE_INFINITY, 1, 1, -0.0, 0.0);
        profile.addMissing();

        assertThat(profile.rows()).isEqualTo(12);
        assertThat(profile.count()).isEqualTo(9);
        assertThat(profile.missing()).isEqualTo(1);
        assertThat(profile.nan()).isEqualTo(1);
        assertThat(profile.infinite()).isEqualTo(1);
        assertThat(profile.min()).isZero();
        assertThat(profile.max()).isEqualTo(3);
        assertThat(profile.mean()).isEqualTo(10 / 9.);
        assertThat(profile.deviation()).isCloseTo(Math.sqrt(18 / 9. - 100 / 81.), within(1e-15));
        assertThat(profile.distinct()).isEqualTo(4);
        assertThat(profile.longestRun()).isEqualTo(3);
        assertThat(profile.longestRunValue()).isEqualTo(1);
        assertThat(profile.quantile(.5)).isEqualTo(1);
        assertThat(profile.rank(2)).isEqualTo(8 / 9.);
        assertThat(profile.rankError()).isZero();
        assertThat(new NumericProfile().mean()).isNaN();
        assertThat(new NumericProfile().min()).isNaN();
    }

    @Test
    void staysSmallAndWithinItsErrorWhateverItSees() {
        NumericProfile[] parts = {new NumericProfile(), new NumericProfile(), new NumericProfile()};
        double[] values = random.doubles(300_000).toArray();
        for (int i = 0; i < values.length; i++) {
            parts[i % 3].add(values[i]);
        }
        DatasetProfile all = new DatasetProfile();
        for (NumericProfile part : parts) {
            all.numeric("x").merge(part);
        }
        NumericProfile merged = all.numeric("x");

        assertThat(merged.count()).isEqualTo(values.length);
        for (double rank = .05; rank < 1; rank += .05) {
            // three times the error that holds with 99 % for one rank
            assertThat(merged.rank(rank)).isCloseTo(rank, within(3 * merged.rankError() + .004));
        }
        assertThat(merged.rankError()).isLessThan(.005);
        assertThat(merged.distinct()).isCloseTo(values.length, within(.12 * values.length));
        assertThat(merged.min()).isEqualTo(Arrays.stream(values).min().orElseThrow());
        assertThat(all.toBytes().length).isLessThan(24 * NumericProfile.DEFAULT_K + 4000);
    }

    @Test
    void momentsDoNotDependOnTheOrder() {
        double[] values = random.doubles(5000, -1e6, 1e6).toArray();
        NumericProfile forth = new NumericProfile();
        forth.addAll(values);
        NumericProfile back = new NumericProfile();
        NumericProfile rest = new NumericProfile();
        for (int i = values.length - 1; i >= 0; i--) {
            (i % 7 == 0 ? rest : back).add(values[i]);
        }
        rest.merge(back);

        assertThat(rest.mean()).isEqualTo(forth.mean());
        assertThat(rest.deviation()).isEqualTo(forth.deviation());
        assertThat(rest.distinct()).isEqualTo(forth.distinct());
    }

    @Test
    void countsCategoriesExactlyUpToTheirBound() {
        CategoricalProfile few = new CategoricalProfile();
        CategoricalProfile others = new CategoricalProfile();
        few.add("north", 3);
        few.add("");
        few.addMissing();
        others.add("south");
        others.add("north");
        few.merge(others);
        CategoricalProfile many = new CategoricalProfile();
        IntStream.range(0, 5000).forEach(i -> many.add("device-" + i));
        IntStream.range(0, 4000).forEach(i -> many.add("often"));

        assertThat(few.counts()).containsExactly(Map.entry("", 1L), Map.entry("north", 4L), Map.entry("south", 1L));
        assertThat(few.countError()).isZero();
        assertThat(few.distinct()).isEqualTo(3);
        assertThat(few.rows()).isEqualTo(7);
        assertThat(many.countError()).isPositive();
        assertThat(many.counts().get("often")).isCloseTo(4000, within(many.countError()));
        assertThat(many.distinct()).isCloseTo(5001, within(500.));
    }

    @Test
    void isReadAsItWasWrittenAndGoesOn() {
        DatasetProfile profile = filled();

        DatasetProfile read = DatasetProfile.fromBytes(profile.toBytes());
        read.numeric("load").add(7);
        profile.numeric("load").add(7);

        assertThat(read.toBytes()).isEqualTo(profile.toBytes());
        assertThat(read.numeric("load").longestRun()).isEqualTo(3);
        assertThat(read.arrivals().longestGap()).isEqualTo(Duration.ofSeconds(30));
        assertThat(DatasetProfile.fromBytes(new DatasetProfile().toBytes()).columns())
                .isEmpty();
    }

    @Test
    void refusesBytesThatAreNoProfile() {
        byte[] bytes = filled().toBytes();
        for (int i = 0; i < bytes.length; i += 13) {
            byte[] changed = bytes.clone();
            changed[i] ^= 0x10;
            assertThatThrownBy(() -> DatasetProfile.fromBytes(changed)).isInstanceOf(ProfileFormatException.class);
            byte[] shortened = Arrays.copyOf(bytes, i);
            assertThatThrownBy(() -> DatasetProfile.fromBytes(shortened)).isInstanceOf(ProfileFormatException.class);
        }
        bytes[4] = 9;
        assertThatThrownBy(() -> DatasetProfile.fromBytes(bytes)).hasMessage("profile: version 9 (expected: 1)");
    }

    @Test
    void mergesByNameAndRefusesAnotherKind() {
        DatasetProfile profile = filled();
        DatasetProfile other = new DatasetProfile();
        other.numeric("new").add(1);
        other.numeric("load").add(100);
        profile.merge(other);

        assertThat(profile.columns().keySet()).containsExactly("load", "new", "site");
        assertThat(profile.numeric("load").max()).isEqualTo(100);
        assertThat(other.columns()).hasSize(2);
        DatasetProfile wrong = new DatasetProfile();
        wrong.numeric("another").add(1);
        wrong.categorical("load").add("high");
        assertThatThrownBy(() -> profile.merge(wrong))
                .hasMessage("column load: categorical (expected: numeric, as here)");
        assertThat(profile.columns()).doesNotContainKey("another");
        assertThatThrownBy(() -> profile.categorical("load"))
                .hasMessage("column load: numeric (expected: categorical)");
        assertThatThrownBy(() -> new DatasetProfile(3)).hasMessage("k: 3 (expected: 8 to 65535)");
    }

    @Test
    void fillsColumnsInParallelAsOneByOne() {
        String[] names = IntStream.range(0, 20).mapToObj(i -> "x" + i).toArray(String[]::new);
        double[][] values = new double[20][];
        Arrays.setAll(values, i -> random.doubles(1000).toArray());
        DatasetProfile together = new DatasetProfile();
        DatasetProfile oneByOne = new DatasetProfile();
        together.addNumeric(names, values);
        for (int i = 0; i < names.length; i++) {
            oneByOne.numeric(names[i]).addAll(values[i]);
        }

        assertThat(together.toBytes()).isEqualTo(oneByOne.toBytes());
    }

    @Test
    void rollsUpFromDevicesToTheCompany() {
        SortedMap<String, DatasetProfile> devices = new TreeMap<>();
        for (int site = 0; site < 2; site++) {
            for (int device = 0; device < 3; device++) {
                DatasetProfile profile = new DatasetProfile(64);
                for (int i = 0; i < 100; i++) {
                    profile.numeric("load").add(100 * site + device);
                }
                devices.put("acme/site-" + site + "/device-" + device, profile);
            }
        }

        SortedMap<String, DatasetProfile> levels = ProfileTree.rollUp(devices);

        assertThat(levels).hasSize(6 + 2 + 1 + 1);
        assertThat(levels.get("acme/site-1").numeric("load").mean()).isEqualTo(101);
        assertThat(levels.get("acme").numeric("load").count()).isEqualTo(600);
        assertThat(levels.get("").numeric("load").max()).isEqualTo(102);
        assertThat(devices.get("acme/site-0/device-0").numeric("load").count()).isEqualTo(100);
        assertThatThrownBy(() -> ProfileTree.rollUp(Map.of("a//b", new DatasetProfile())))
                .hasMessageStartingWith("path: \"a//b\"");
    }

    private static DatasetProfile filled() {
        DatasetProfile profile = new DatasetProfile();
        profile.numeric("load").addAll(1, 2, 7, 7);
        profile.categorical("site").add("north");
        Instant time = Instant.parse("2026-01-01T00:00:00Z");
        profile.arrivals().add(time);
        profile.arrivals().add(time.plusSeconds(30));
        profile.arrivals().add(time.plusSeconds(20));
        return profile;
    }
}
