package io.mlaas.learning.learner;

/** Whether a learner learns. */
enum LearnerState {
    RUNNING,
    /** it answers, and takes nothing to learn */
    PAUSED,
    /** it cannot go on, and is tried again; told, and never stored */
    FAILED,
    DELETED
}
