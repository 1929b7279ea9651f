package io.mlaas.translation.onnx;

/** What a translation is at. */
enum JobState {
    QUEUED,
    RUNNING,
    DONE,
    FAILED;

    boolean isOver() {
        return this == DONE || this == FAILED;
    }
}
