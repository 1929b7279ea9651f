package io.mlaas.onnx;

import io.mlaas.onnx.parity.Reference;
import io.mlaas.onnx.runtime.NamedTensors;
import java.util.List;
import java.util.Optional;

/** A decoded model; nothing of it was executed. For one thread at a time. */
public interface SourceModel extends AutoCloseable {
    /** @throws TranslationRefused when it holds what has no translation */
    OnnxTranslation translate(TranslationOptions options);

    /**
     * An evaluator in 64-bit floats of the decoded model, which shares no code with the translation and never looks at
     * the graph; empty where an engine from outside has to judge.
     */
    default Optional<Reference> reference() {
        return Optional.empty();
    }

    /** Inputs where the model changes its mind: thresholds and their neighbours, ends of scalers' ranges, missing values. */
    default List<NamedTensors> boundaryInputs() {
        return List.of();
    }

    /**
     * Inputs of 64 bits next to thresholds that 32-bit floats do not have: rounded, they may be decided differently. How
     * many are is told, and no failure.
     */
    default List<NamedTensors> unroundedInputs() {
        return List.of();
    }

    /** All that keeps it from being translated; empty if nothing is known to. */
    List<Unsupported> unsupported();

    /** As {@link #unsupported()}, for the shapes that the caller gives. */
    default List<Unsupported> unsupported(TranslationOptions options) {
        return unsupported();
    }

    @Override
    default void close() {}
}
