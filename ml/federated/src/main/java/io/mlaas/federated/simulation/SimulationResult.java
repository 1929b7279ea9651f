package io.mlaas.federated.simulation;

import io.mlaas.neural.network.Weights;
import java.util.List;

/**
 * What a simulation gave.
 *
 * @param model the weights as one vector; not copied
 * @param weights the same by name
 * @param rounds reports of all rounds, of those before an interruption too
 */
@SuppressWarnings("ArrayRecordComponent") // bulk numbers; documented as not copied
public record SimulationResult(float[] model, Weights weights, List<RoundReport> rounds) {}
