package io.mlaas.neural.training;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What keeps gradients small.
 *
 * @param norm most length of all gradients together, as {@code torch.nn.utils.clip_grad_norm_}; empty for any
 * @param value most magnitude of each element; empty for any
 */
public record GradientClip(OptionalDouble norm, OptionalDouble value) {
    public static final GradientClip NONE = new GradientClip(OptionalDouble.empty(), OptionalDouble.empty());

    List<NDArray> apply(List<NDArray> gradients) {
        List<NDArray> clipped = gradients;
        if (value.isPresent()) {
            double most = value.getAsDouble();
            clipped = clipped.stream().map(g -> g.clip(-most, most)).toList();
        }
        if (norm.isPresent()) {
            double squares = 0;
            for (NDArray gradient : clipped) {
                squares += gradient.square().sum().getFloat();
            }
            double coefficient = norm.getAsDouble() / (Math.sqrt(squares) + 1e-6);
            if (coefficient < 1) {
                clipped = clipped.stream().map(g -> g.mul(coefficient)).toList();
            }
        }
        return clipped;
    }
}
