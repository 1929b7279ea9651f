package io.mlaas.translation.onnx;

/** What is done of a translation now. */
enum Step {
    DOWNLOADING,
    PROFILING,
    TRANSLATING,
    COMPARING,
    REGISTERING,
    ANCHORING
}
