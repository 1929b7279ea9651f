package io.mlaas.onnx.parity;

import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.SourceDigest;
import io.mlaas.onnx.TensorFacts;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.TypedTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Inputs and outputs that the user recorded in the source framework.
 *
 * @param sha256 digest of the file they came in
 */
public record RecordedOutputs(NamedTensors arrays, String sha256) {

    /**
     * An {@code .npz} file whose arrays are named as the translated model's inputs and outputs; where there is only one,
     * {@code inputs} and {@code outputs} will do.
     *
     * @throws IllegalArgumentException when it is no such file
     * @throws IOException when the file cannot be read
     */
    public static RecordedOutputs read(Path npz) throws IOException {
        return new RecordedOutputs(NpzFile.read(npz), SourceDigest.of(npz));
    }

    NamedTensors inputs(OnnxTranslation translation) {
        return named(translation.inputs(), "inputs", true);
    }

    NamedTensors outputs(OnnxTranslation translation) {
        return named(translation.outputs(), "outputs", false);
    }

    private NamedTensors named(List<TensorFacts> facts, String alias, boolean all) {
        Map<String, TypedTensor> found = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        for (TensorFacts fact : facts) {
            TypedTensor tensor = arrays.tensors().get(fact.name());
            if (tensor == null && facts.size() == 1) {
                tensor = arrays.tensors().get(alias);
            }
            if (tensor == null) {
                missing.add(fact.name());
            } else {
                found.put(fact.name(), tensor);
            }
        }
        if (found.isEmpty() || (all && !missing.isEmpty())) {
            throw new IllegalArgumentException(
                    "reference: arrays " + arrays.tensors().keySet() + " (expected: " + alias + " named "
                            + facts.stream().map(TensorFacts::name).toList() + ")");
        }
        return new NamedTensors(found);
    }
}
