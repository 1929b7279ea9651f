package io.mlaas.onnx.pickle;

/** The stream is no valid pickle. */
final class MalformedPickle extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedPickle(String message) {
        super(message);
    }
}
