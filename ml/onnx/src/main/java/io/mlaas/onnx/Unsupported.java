package io.mlaas.onnx;

/**
 * Something in a model that has no translation.
 *
 * @param what the operator, estimator or layer, such as {@code torch.fft_rfft}
 * @param where its first place, as a user finds it, such as {@code encoder.mixer, code/__torch__.py:14}
 * @param times how often it is used
 */
public record Unsupported(String what, String where, int times) {}
