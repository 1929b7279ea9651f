package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.pickle.PickledObject;
import java.util.Arrays;
import java.util.List;

/** The derivative of the logarithm of the gamma function. */
final class Digamma {
    private Digamma() {}

    /** Steps up to 10, then the asymptotic series: Abramowitz and Stegun 6.3.5 and 6.3.18. */
    static double of(double x) {
        double result = 0;
        double at = x;
        while (at < 10) {
            result -= 1 / at;
            at++;
        }
        double square = 1 / (at * at);
        double series =
                square * (1.0 / 12 - square * (1.0 / 120 - square * (1.0 / 252 - square * (1.0 / 240 - square / 132))));
        return result + Math.log(at) - 0.5 / at - series;
    }

    /**
     * Of a variational mixture: what each component adds to the logarithms of its densities, in place of the logarithm of
     * its weight.
     */
    static double[] offsets(PickledObject model) {
        double[] freedom = Matrix.of(model, "degrees_of_freedom_").values();
        double[] precision = Matrix.of(model, "mean_precision_").values();
        int columns = model.array("means_").size(1);
        double[] offsets = weights(model, freedom.length);
        for (int k = 0; k < offsets.length; k++) {
            double logarithm = columns * Math.log(2);
            for (int i = 0; i < columns; i++) {
                logarithm += of(0.5 * (freedom[k] - i));
            }
            offsets[k] += 0.5 * (logarithm - columns / precision[k]) - 0.5 * columns * Math.log(freedom[k]);
        }
        return offsets;
    }

    private static double[] weights(PickledObject model, int components) {
        double[] logarithms = new double[components];
        if (!model.text("weight_concentration_prior_type").equals("dirichlet_process")) {
            double[] all = Matrix.of(model, "weight_concentration_").values();
            double sum = Arrays.stream(all).sum();
            Arrays.setAll(logarithms, k -> of(all[k]) - of(sum));
            return logarithms;
        }
        List<?> pair = model.list("weight_concentration_");
        double[] a = Matrix.of(pair.get(0), "weight_concentration_").values();
        double[] b = Matrix.of(pair.get(1), "weight_concentration_").values();
        double left = 0;
        for (int k = 0; k < components; k++) {
            double sum = of(a[k] + b[k]);
            logarithms[k] = of(a[k]) - sum + left;
            left += of(b[k]) - sum;
        }
        return logarithms;
    }
}
