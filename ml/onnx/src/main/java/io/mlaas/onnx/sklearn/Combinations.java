package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.List;

/** The columns that PolynomialFeatures multiplies, in its order. */
record Combinations(boolean bias, List<List<int[]>> byDegree) {
    private static final int MAX = 200_000;

    static Combinations of(PickledObject transformer, int columns) {
        int lowest = 1;
        int highest;
        if (transformer.get("degree") instanceof List<?> range) {
            lowest = Math.max(1, ((Number) Wrappers.present(range.get(0))).intValue());
            highest = ((Number) Wrappers.present(range.get(1))).intValue();
        } else {
            highest = transformer.integer("degree");
        }
        if (highest > 20) {
            throw new TranslationRefused(
                    Reason.TOO_LARGE, "PolynomialFeatures of degree " + highest + " (expected: <= 20)");
        }
        boolean once = transformer.flag("interaction_only", false);
        List<List<int[]>> all = new ArrayList<>();
        int[] count = {0};
        for (int degree = lowest; degree <= highest; degree++) {
            List<int[]> sets = new ArrayList<>();
            choose(new int[degree], 0, 0, columns, once, sets, count);
            if (!sets.isEmpty()) {
                all.add(sets);
            }
        }
        return new Combinations(transformer.flag("include_bias", true), all);
    }

    private static void choose(
            int[] chosen, int place, int from, int columns, boolean once, List<int[]> sets, int[] count) {
        if (place == chosen.length) {
            if (++count[0] > MAX) {
                throw new TranslationRefused(Reason.TOO_LARGE, "PolynomialFeatures of more than " + MAX + " columns");
            }
            sets.add(chosen.clone());
            return;
        }
        for (int column = from; column < columns; column++) {
            chosen[place] = column;
            choose(chosen, place + 1, once ? column + 1 : column, columns, once, sets, count);
        }
    }
}
