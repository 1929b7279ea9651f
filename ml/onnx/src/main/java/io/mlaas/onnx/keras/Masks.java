package io.mlaas.onnx.keras;

import java.util.Set;

/** Which layers hand the mask of padded time steps on, as Keras' {@code compute_mask} says. */
final class Masks {
    private static final Set<String> KEEP = Set.of(
            "Dropout",
            "SpatialDropout1D",
            "GaussianNoise",
            "GaussianDropout",
            "AlphaDropout",
            "ActivityRegularization",
            "Identity",
            "Dense",
            "Activation",
            "ReLU",
            "LeakyReLU",
            "ELU",
            "PReLU",
            "Softmax",
            "LayerNormalization",
            "BatchNormalization",
            "TimeDistributed",
            "Add",
            "Subtract",
            "Multiply",
            "Average",
            "Maximum",
            "Minimum",
            "MultiHeadAttention",
            "UnitNormalization",
            "RMSNormalization",
            "GroupNormalization",
            "Rescaling");

    private Masks() {}

    static boolean passes(Layer layer) {
        return KEEP.contains(layer.kind());
    }
}
