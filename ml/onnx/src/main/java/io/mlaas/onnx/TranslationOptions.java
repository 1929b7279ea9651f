package io.mlaas.onnx;

import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the caller knows or wants.
 *
 * @param inputShape sizes of the input without the batch; empty to take them from the source
 * @param inputType element type of the input; empty to take it from the source, or 32-bit floats
 * @param dynamicTime whether the time axis of a recurrent network may vary too, where its code allows it
 * @param opset version of ONNX's operator set
 * @param float64 whether to calculate in 64-bit floats, where ONNX allows it
 * @param inputShapes by the name of the input, for models with several
 * @param inputTypes likewise; 32-bit floats for those left out
 * @param dynamicBatch whether the batch may vary; otherwise it is 1, and every other size is fixed too
 */
public record TranslationOptions(
        Optional<List<Integer>> inputShape,
        Optional<ElementType> inputType,
        boolean dynamicTime,
        int opset,
        boolean float64,
        boolean dynamicBatch,
        Map<String, InputShape> inputShapes,
        Map<String, ElementType> inputTypes) {
    /** All from the source, with a varying batch, and a varying time axis where possible. */
    public static final TranslationOptions DEFAULT = new TranslationOptions(
            Optional.empty(), Optional.empty(), true, OnnxGraph.DEFAULT_OPSET, false, true, Map.of(), Map.of());

    public TranslationOptions {
        inputShape = inputShape.map(List::copyOf);
        inputShapes = Collections.unmodifiableMap(new LinkedHashMap<>(inputShapes));
        inputTypes = Collections.unmodifiableMap(new LinkedHashMap<>(inputTypes));
        inputShape.ifPresent(shape -> {
            if (shape.stream().anyMatch(size -> size < 1)) {
                throw new IllegalArgumentException("inputShape: " + shape + " (expected: sizes >= 1)");
            }
        });
        if (opset < OnnxGraph.OLDEST_OPSET || opset > OnnxGraph.NEWEST_OPSET) {
            throw new IllegalArgumentException("opset: " + opset + " (expected: " + OnnxGraph.OLDEST_OPSET + " to "
                    + OnnxGraph.NEWEST_OPSET + ")");
        }
    }

    public TranslationOptions withInputShape(Integer... sizes) {
        return new TranslationOptions(
                Optional.of(List.of(sizes)),
                inputType,
                dynamicTime,
                opset,
                float64,
                dynamicBatch,
                inputShapes,
                inputTypes);
    }

    public TranslationOptions withInputType(ElementType type) {
        return new TranslationOptions(
                inputShape, Optional.of(type), dynamicTime, opset, float64, dynamicBatch, inputShapes, inputTypes);
    }

    /** The shape of one of several inputs. */
    public TranslationOptions withInputShape(String name, InputShape shape) {
        Map<String, InputShape> all = new LinkedHashMap<>(inputShapes);
        all.put(name, shape);
        return new TranslationOptions(
                inputShape, inputType, dynamicTime, opset, float64, dynamicBatch, all, inputTypes);
    }

    /** The element type of one of several inputs. */
    public TranslationOptions withInputType(String name, ElementType type) {
        Map<String, ElementType> all = new LinkedHashMap<>(inputTypes);
        all.put(name, type);
        return new TranslationOptions(
                inputShape, inputType, dynamicTime, opset, float64, dynamicBatch, inputShapes, all);
    }

    public TranslationOptions withDynamicTime(boolean dynamic) {
        return new TranslationOptions(
                inputShape, inputType, dynamic, opset, float64, dynamicBatch, inputShapes, inputTypes);
    }

    public TranslationOptions withOpset(int version) {
        return new TranslationOptions(
                inputShape, inputType, dynamicTime, version, float64, dynamicBatch, inputShapes, inputTypes);
    }

    public TranslationOptions withFloat64(boolean wide) {
        return new TranslationOptions(
                inputShape, inputType, dynamicTime, opset, wide, dynamicBatch, inputShapes, inputTypes);
    }

    /** Fixed sizes everywhere: the time axis does not vary either. */
    public TranslationOptions withDynamicBatch(boolean dynamic) {
        return new TranslationOptions(
                inputShape, inputType, dynamicTime && dynamic, opset, float64, dynamic, inputShapes, inputTypes);
    }

    /** The type in which the model calculates. */
    public ElementType floatType() {
        return float64 ? ElementType.FLOAT64 : ElementType.FLOAT32;
    }
}
