package io.mlaas.onnx;

import java.util.List;

/**
 * What the source's own function takes, made of inputs of the translation.
 *
 * @param inputs names of the inputs, in order
 * @param keys of a dictionary, as many as inputs; otherwise empty
 */
public record ForwardArgument(Kind kind, List<String> inputs, List<String> keys) {
    public enum Kind {
        TENSOR,
        TUPLE,
        LIST,
        DICTIONARY
    }

    public ForwardArgument {
        inputs = List.copyOf(inputs);
        keys = List.copyOf(keys);
        if (kind == Kind.DICTIONARY && keys.size() != inputs.size()) {
            throw new IllegalArgumentException("keys: " + keys + " (expected: one for each of " + inputs + ")");
        }
    }
}
