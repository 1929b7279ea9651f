package io.mlaas.onnx.keras;

import io.mlaas.onnx.numeric.Array;
import java.util.Map;

/** Keeps the weights of a model's layers. */
interface WeightStore {
    /**
     * Those of one layer, by their numbers within it: {@code 0}, {@code query_dense/0}.
     *
     * @param kind the layer's class
     */
    Map<String, Array> of(Place place, String kind);
}
