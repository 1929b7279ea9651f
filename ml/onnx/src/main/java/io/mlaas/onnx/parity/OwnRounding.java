package io.mlaas.onnx.parity;

import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.TypedTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How far 32-bit floats take the reference itself from its outputs in 64 bits. Where a constant field is normalised, say,
 * rounding is divided by the square root of a tiny epsilon, and neither engine is right.
 *
 * @param errors by output, the largest error of each sample
 */
record OwnRounding(Map<String, double[]> errors) implements Comparison.Widening {
    /** Another engine sums in another order: it may be this many times further off. */
    static final int FACTOR = 10;

    /** A reference that is further off, of the magnitude or of one, is none: there, nothing is excused. */
    private static final double MOST = 1e-3;

    /** Nothing where the reference does not run in 64 bits. */
    static Optional<OwnRounding> of(NamedTensors inputs, NamedTensors outputs, Reference reference, ParityPlan plan) {
        return reference.precisely(inputs).map(precise -> {
            NamedTensors again = reference.intermediates(inputs);
            Map<String, double[]> errors = new LinkedHashMap<>();
            outputs.tensors().forEach((name, rounded) -> {
                TypedTensor exact = precise.tensors().get(name);
                TypedTensor straight = again.tensors().get(name);
                if (exact != null && straight != null && rounded.type().isFloating()) {
                    errors.put(name, errors(rounded, straight, exact, plan));
                }
            });
            return new OwnRounding(errors);
        });
    }

    /**
     * @param straight what the program that was run in 64 bits gives in 32: where that is not what the source gives, it is
     *     another program, and tells nothing
     */
    private static double[] errors(TypedTensor rounded, TypedTensor straight, TypedTensor exact, ParityPlan plan) {
        double[] errors = new double[rounded.samples()];
        if (!Arrays.equals(rounded.shape(), straight.shape()) || !Arrays.equals(rounded.shape(), exact.shape())) {
            return errors;
        }
        for (int sample = 0; sample < errors.length; sample++) {
            double magnitude = Comparison.magnitude(rounded, sample);
            double error = distance(rounded, exact, sample);
            boolean same = distance(rounded, straight, sample) <= plan.atol() + plan.rtol() * magnitude;
            errors[sample] = same && error <= MOST * Math.max(1, magnitude) ? error : 0;
        }
        return errors;
    }

    /** Infinite where either is no finite number. */
    private static double distance(TypedTensor a, TypedTensor b, int sample) {
        double largest = 0;
        int width = a.width();
        for (int i = sample * width; i < (sample + 1) * width; i++) {
            double distance = Math.abs(a.number(i) - b.number(i));
            largest = Double.isFinite(distance) ? Math.max(largest, distance) : Double.POSITIVE_INFINITY;
        }
        return largest;
    }

    @Override
    public double at(String output, int sample) {
        double[] ofSamples = errors.get(output);
        return ofSamples == null ? 0 : FACTOR * ofSamples[sample];
    }

    double largest() {
        return errors.values().stream().flatMapToDouble(Arrays::stream).max().orElse(0);
    }
}
