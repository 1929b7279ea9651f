package io.mlaas.transform;

/** What could not be used, and why: for the dead-letter topic. */
public record Rejection(String source, String reason) {}
