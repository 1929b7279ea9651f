package io.mlaas.monitoring.report;

import static io.mlaas.monitoring.report.Numbers.finite;

import io.mlaas.monitoring.report.Report.Bias;
import io.mlaas.monitoring.rows.Layout.Role;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.statistics.performance.ErrorBias;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where errors lean, and which features the rows have where they do. */
final class Biases {
    private static final int MOST_OUTPUTS = 3;
    private static final int MOST_ROWS = 100_000;

    private Biases() {}

    /** One side's rows of one output. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Side(Rows rows, int[] selection, ErrorBias errors) {

        static @Nullable Side of(Rows rows, int output, int least) {
            int[] judged = Numbers.judged(rows, output, Numbers.first(rows.size(), MOST_ROWS));
            if (judged.length < least) {
                return null;
            }
            double[] predicted = rows.numbers(rows.layout().first(Role.PREDICTION) + output);
            double[] actual = rows.numbers(rows.layout().first(Role.TARGET) + output);
            return new Side(rows, judged, ErrorBias.of(Numbers.pick(actual, judged), Numbers.pick(predicted, judged)));
        }

        Report.ErrorGroups groups() {
            return new Report.ErrorGroups(
                    group(errors.underestimation()), group(errors.majority()), group(errors.overestimation()));
        }

        private static Report.ErrorGroup group(ErrorBias.Group group) {
            return new Report.ErrorGroup(group.count(), finite(group.meanError()), finite(group.deviation()));
        }

        Report.Means means(int column) {
            ErrorBias.NumericBias bias = errors.numeric(Numbers.pick(rows.numbers(column), selection));
            return new Report.Means(
                    finite(bias.overall()), finite(bias.under()), finite(bias.over()), finite(bias.range()));
        }

        Report.Modes modes(int column) {
            @Nullable String[] values = new String[selection.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = rows.category(column, selection[i]);
            }
            ErrorBias.CategoricalBias bias = errors.categorical(values);
            return new Report.Modes(bias.overall(), bias.under(), bias.over(), bias.differs());
        }
    }

    /** @return null if no output of numbers has enough rows with a target */
    static @Nullable List<Bias> of(Rows window, Rows reference, int least) {
        if (!window.layout().numericTarget()) {
            return null;
        }
        List<Bias> found = new ArrayList<>();
        List<String> outputs = window.layout().outputs();
        for (int output = 0; output < Math.min(MOST_OUTPUTS, outputs.size()); output++) {
            Side now = Side.of(window, output, least);
            if (now != null) {
                found.add(bias(outputs.get(output), now, Side.of(reference, output, least)));
            }
        }
        return found.isEmpty() ? null : found;
    }

    private static Bias bias(String output, Side now, @Nullable Side before) {
        List<Report.NumericBias> numeric = new ArrayList<>();
        List<Report.CategoricalBias> categorical = new ArrayList<>();
        for (int column : Numbers.features(now.rows().layout())) {
            String name = now.rows().layout().columns().get(column).name();
            if (now.rows().layout().numeric(column)) {
                numeric.add(
                        new Report.NumericBias(name, now.means(column), before == null ? null : before.means(column)));
            } else {
                categorical.add(new Report.CategoricalBias(
                        name, now.modes(column), before == null ? null : before.modes(column)));
            }
        }
        numeric.sort(Comparator.comparingDouble(Biases::range).reversed());
        categorical.sort(Comparator.comparing(one -> !one.current().differs()));
        return new Bias(
                output,
                now.groups(),
                before == null ? null : before.groups(),
                numeric.stream().limit(Bias.MOST_FEATURES).toList(),
                categorical.stream().limit(Bias.MOST_FEATURES).toList());
    }

    private static double range(Report.NumericBias bias) {
        Double range = bias.current().range();
        return range == null ? -1 : range;
    }
}
