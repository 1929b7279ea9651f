package io.mlaas.onnx.parity;

import java.util.List;
import java.util.Optional;

/**
 * What is compared, and how closely the two must agree.
 *
 * <p>An output {@code y} agrees with its reference {@code r} when {@code |y - r| <= atol + rtol * m}, where {@code m} is
 * the largest magnitude among the reference's outputs for that sample: rounding errors scale with the terms that were
 * summed, not with a difference that may be small by cancellation.
 *
 * @param seed of the random inputs
 * @param inputs number of random samples
 * @param batchSizes sizes of the batches they are given in, in turn
 * @param range where inputs lie; empty for standard normal numbers
 * @param classification whether the outputs are scores of classes, whose largest is the label
 */
public record ParityPlan(
        long seed,
        int inputs,
        List<Integer> batchSizes,
        Optional<InputRange> range,
        double atol,
        double rtol,
        boolean classification) {

    public ParityPlan {
        batchSizes = List.copyOf(batchSizes);
        if (inputs < 1 || batchSizes.isEmpty() || batchSizes.stream().anyMatch(size -> size < 1)) {
            throw new IllegalArgumentException(
                    "inputs, batchSizes: " + inputs + ", " + batchSizes + " (expected: >= 1)");
        }
        if (!(atol >= 0) || !(rtol >= 0)) {
            throw new IllegalArgumentException("atol, rtol: " + atol + ", " + rtol + " (expected: >= 0)");
        }
    }

    /** 1,000 random inputs in batches of 1, 2, 7 and 32, atol 1e-5, rtol 1e-4. */
    public static ParityPlan standard(Optional<InputRange> range, boolean classification) {
        return new ParityPlan(20_260_101L, 1000, List.of(1, 2, 7, 32), range, 1e-5, 1e-4, classification);
    }

    ParityPlan withBatchSizes(List<Integer> sizes) {
        return new ParityPlan(seed, inputs, sizes, range, atol, rtol, classification);
    }
}
