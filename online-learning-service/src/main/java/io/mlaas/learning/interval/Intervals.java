package io.mlaas.learning.interval;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.statistics.PredictionIntervals.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Intervals as they are told.
 *
 * @param level share of what comes that lies within, if it comes as what was held back did
 * @param residuals of how many rows they are made
 * @param reason why there are none
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Intervals(
        double level, int residuals, @Nullable String reason, List<OfOutput> outputs) {

    /**
     * @param method gaussian where no test rejects that residuals are normal, else conformal
     * @param pValues of the tests
     * @param lower of each instance
     * @param upper of each instance
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    public record OfOutput(
            String output, String method, Map<String, Double> pValues, List<Double> lower, List<Double> upper) {}

    /** @param predictions row after row */
    public static Intervals around(ResidualIntervals known, List<String> names, double... predictions) {
        if (!known.isKnown()) {
            return new Intervals(known.level(), known.residuals(), reason(known), List.of());
        }
        double[] lower = known.lower(predictions);
        double[] upper = known.upper(predictions);
        List<OfOutput> outputs = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            ResidualIntervals.Output output = known.outputs().get(i);
            outputs.add(new OfOutput(
                    names.get(i),
                    output.method() == Method.GAUSSIAN ? "gaussian" : "conformal",
                    pValues(output),
                    every(lower, i, names.size()),
                    every(upper, i, names.size())));
        }
        return new Intervals(known.level(), known.residuals(), null, outputs);
    }

    private static String reason(ResidualIntervals unknown) {
        int fewest = ResidualIntervals.fewest(unknown.level());
        return unknown.residuals() < fewest
                ? String.format(
                        Locale.ROOT, "%d rows were held back (expected: %d or more)", unknown.residuals(), fewest)
                : "not all residuals are numbers (expected: a learner that answers numbers)";
    }

    private static Map<String, Double> pValues(ResidualIntervals.Output output) {
        Map<String, Double> pValues = new TreeMap<>(Map.of(
                "shapiro_wilk", output.shapiroWilk(),
                "anderson_darling", output.andersonDarling(),
                "dagostino_pearson", output.dAgostinoPearson()));
        pValues.values().removeIf(value -> value.isNaN());
        return pValues;
    }

    private static List<Double> every(double[] values, int from, int step) {
        List<Double> column = new ArrayList<>();
        for (int i = from; i < values.length; i += step) {
            column.add(values[i]);
        }
        return column;
    }
}
