package io.mlaas.training.job;

import io.mlaas.training.runner.Conditions;
import java.util.UUID;

/**
 * A run of a training that is made to see what comes out.
 *
 * @param number within the reproduction, 1 for the first
 * @param expected SHA-256 of what came out when the model was registered
 */
public record Trial(UUID reproductionId, int number, Conditions conditions, String expected) {}
