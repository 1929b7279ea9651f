package io.mlaas.training.reproduction;

import io.mlaas.training.runner.Conditions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run that was made, under which conditions, and what came of it.
 *
 * @param sha256 of the result; null if there is none
 * @param failure why there is none, for people
 * @param observations the lines that were written down while it ran; empty if it was not observed
 */
record Experiment(
        Conditions conditions,
        @Nullable String sha256,
        @Nullable String failure,
        List<String> observations) {}
