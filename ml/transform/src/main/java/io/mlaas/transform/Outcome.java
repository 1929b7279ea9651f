package io.mlaas.transform;

import java.util.List;

/** What came of a message: samples, and rejections with their reasons; either may be none. */
public record Outcome(List<Sample> samples, List<Rejection> rejections) {
    public Outcome {
        samples = List.copyOf(samples);
        rejections = List.copyOf(rejections);
    }
}
