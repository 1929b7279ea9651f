package io.mlaas.learning.stream;

/** What a source's messages are for. */
public enum Purpose {
    /** read by the transformer, learned, and predicted from where it says so */
    LEARN,
    /** {@code {"instances": […]}}, answered */
    PREDICT
}
