/**
 * What a network's output owes to each of its inputs: DeepLIFT (Shrikumar, Greenside, Kundaje: Learning Important
 * Features Through Propagating Activation Differences, ICML 2017) and integrated gradients (Sundararajan, Taly, Yan:
 * Axiomatic Attribution for Deep Networks, ICML 2017), calculated in 64-bit floats over the model's ONNX graph, without
 * an engine.
 *
 * <p>The graph is run at the input and at the reference together. Each operator leaves behind a linear map from the
 * differences of its inputs to the difference of its output, exact for these two points; walked backwards, the maps
 * give a multiplier for every element of the input. Where input and reference are one point, the same maps are the
 * derivatives.
 */
@NullMarked
package io.mlaas.explanation;

import org.jspecify.annotations.NullMarked;
