package io.mlaas.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.statistics.drift.CategoricalColumn;
import io.mlaas.statistics.drift.ColumnDrift;
import io.mlaas.statistics.drift.ColumnPair;
import io.mlaas.statistics.drift.ColumnRole;
import io.mlaas.statistics.drift.DataDrift;
import io.mlaas.statistics.drift.DatasetDrift;
import io.mlaas.statistics.drift.DriftMethod;
import io.mlaas.statistics.drift.DriftSettings;
import io.mlaas.statistics.drift.NumericalColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ProfileDriftTest {
    private static final int COLUMNS = 120;

    private final RandomGenerator random = new SplittableRandom(20261122);

    @Test
    void decidesAsTheRowsThemselvesForNinetyNineOfAHundredColumns() {
        agrees(DriftSettings.DEFAULT, 600, 2500);
        agrees(DriftSettings.DEFAULT, 4000, 3000);
        agrees(DriftSettings.DEFAULT.with(DriftMethod.PSI, DriftMethod.PSI), 4000, 3000);
    }

    /** A third of the columns without drift, a third with a small one, a third with a clear one; of six kinds. */
    private void agrees(DriftSettings settings, int before, int after) {
        DatasetProfile reference = new DatasetProfile();
        DatasetProfile current = new DatasetProfile();
        List<ColumnPair> rows = new ArrayList<>();
        for (int i = 0; i < COLUMNS; i++) {
            String name = "x%03d".formatted(i);
            double shift = new double[] {0, .08, .5}[i % 3];
            double[] x = column(i, before, 0);
            double[] y = column(i, after, shift);
            reference.numeric(name).addAll(x);
            current.numeric(name).addAll(y);
            rows.add(ColumnPair.feature(name, NumericalColumn.of(x), NumericalColumn.of(y)));
        }
        DatasetDrift exact = new DataDrift(settings).dataset(rows);
        DatasetDrift sketched = new ProfileDrift(settings).compare(reference, current);

        int differ = 0;
        for (int i = 0; i < COLUMNS; i++) {
            ColumnDrift.Tested one = (ColumnDrift.Tested) exact.columns().get(i);
            ColumnDrift.Tested other = (ColumnDrift.Tested) sketched.columns().get(i);
            assertThat(other.method()).isEqualTo(one.method());
            if (other.verdict() != one.verdict()) {
                differ++;
            }
        }
        assertThat(exact.drifted()).isBetween(COLUMNS / 4, COLUMNS * 3 / 4);
        assertThat(differ).isLessThanOrEqualTo(COLUMNS / 40);
    }

    private double[] column(int index, int rows, double shift) {
        double[] values = new double[rows];
        for (int i = 0; i < rows; i++) {
            double normal = random.nextGaussian();
            values[i] = switch (index / 3 % 6) {
                case 0 -> normal + shift;
                case 1 -> Math.exp(normal + shift);
                case 2 -> random.nextDouble() + .3 * shift;
                case 3 -> (random.nextBoolean() ? 4 : -4) + normal + 2 * shift;
                case 4 -> Math.rint(10 * (normal + shift));
                default -> random.nextDouble() < .4 + .3 * shift ? 1 : random.nextInt(4);
            };
        }
        return values;
    }

    @Test
    void isExactForFewValuesAndForCategories() {
        double[] x = random.doubles(800).toArray();
        double[] y = random.doubles(900, .05, 1.05).toArray();
        DatasetProfile reference = new DatasetProfile();
        DatasetProfile current = new DatasetProfile();
        reference.numeric("x").addAll(x);
        current.numeric("x").addAll(y);
        reference.categorical("mode").add("eco", 60);
        reference.categorical("mode").add("boost", 40);
        current.categorical("mode").add("eco", 30);
        current.categorical("mode").add("boost", 30);
        current.categorical("mode").add("off", 10);

        DatasetDrift drift =
                new ProfileDrift(DriftSettings.DEFAULT).compare(reference, current, Map.of("x", ColumnRole.PREDICTION));
        DatasetDrift exact = new DataDrift(DriftSettings.DEFAULT)
                .dataset(List.of(
                        ColumnPair.feature(
                                "mode",
                                CategoricalColumn.of(Map.of("eco", 60L, "boost", 40L), 0),
                                CategoricalColumn.of(Map.of("eco", 30L, "boost", 30L, "off", 10L), 0)),
                        new ColumnPair("x", ColumnRole.PREDICTION, NumericalColumn.of(x), NumericalColumn.of(y))));

        assertThat(drift).isEqualTo(exact);
        assertThat(drift.drifted()).isEqualTo(2);
    }

    @Test
    void comparesMoreNumbersThanFitByTheirDistribution() {
        DatasetProfile reference = new DatasetProfile();
        DatasetProfile current = new DatasetProfile();
        for (int i = 0; i < 1_200_000; i++) {
            reference.numeric("x").add(i % 1000);
            current.numeric("x").add(i % 1000 + 200);
        }

        ColumnDrift.Tested drift = (ColumnDrift.Tested) new ProfileDrift(DriftSettings.DEFAULT)
                .compare(reference, current)
                .columns()
                .getFirst();

        assertThat(drift.method()).isEqualTo(DriftMethod.WASSERSTEIN);
        assertThat(drift.score()).isCloseTo(200 / Math.sqrt(999_999 / 12.), within(.02));
    }

    @Test
    void doesNotTestWhatIsNotThereOrOfAnotherKind() {
        DatasetProfile reference = new DatasetProfile();
        reference.numeric("gone").addAll(1, 2, 3);
        reference.numeric("other").addAll(1, 2, 3);
        DatasetProfile current = new DatasetProfile();
        current.categorical("other").add("high");

        DatasetDrift drift = new ProfileDrift(DriftSettings.DEFAULT).compare(reference, current);

        assertThat(drift.columns()).allMatch(ColumnDrift.NotTested.class::isInstance);
        assertThat(drift.tested()).isZero();
    }
}
