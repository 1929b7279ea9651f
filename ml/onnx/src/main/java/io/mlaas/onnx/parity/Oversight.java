package io.mlaas.onnx.parity;

import io.mlaas.onnx.TimeLimit;

/** Who watches over a proof: until when it must be done, and who is told how far it is. */
public record Oversight(TimeLimit limit, Progress progress) {
    public static final Oversight NONE = new Oversight(TimeLimit.NONE, (compared, all) -> {});

    /** Told after each batch. */
    public interface Progress {
        void compared(int inputs, int all);
    }
}
