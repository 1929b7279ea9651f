package io.mlaas.onnx.parity;

import io.mlaas.onnx.graph.OnnxBytes;
import io.mlaas.onnx.parity.ParityCertificate.Explained;
import io.mlaas.onnx.runtime.NamedTensors;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asked where a batch differs by more than the tolerance: whether that is no mistake of the translation. Each explanation
 * is checked, and told in the certificate. After the first difference without one, nothing is explained any more.
 */
final class Explanations implements AutoCloseable {
    private final ParityPlan plan;
    private final TiedChoices ties;
    private boolean unexplained;
    private int tied;

    Explanations(OnnxBytes onnx, Reference reference, ParityPlan plan) {
        this.plan = plan;
        this.ties = new TiedChoices(onnx, reference);
    }

    /** Adds a batch as it is, or as explained. */
    void add(Comparison comparison, ParityInputs.Labelled input, NamedTensors reference, NamedTensors translated) {
        if (unexplained || agree(input, reference, translated)) {
            comparison.add(input, reference, translated);
            return;
        }
        Optional<NamedTensors> asTaken =
                ties.outputs(input.tensors()).filter(outputs -> agree(input, reference, outputs));
        tied += asTaken.isPresent() ? input.samples() : 0;
        unexplained = asTaken.isEmpty();
        comparison.add(input, reference, asTaken.orElse(translated));
    }

    private boolean agree(ParityInputs.Labelled input, NamedTensors reference, NamedTensors translated) {
        Comparison alone = new Comparison(plan);
        alone.add(input, reference, translated);
        return alone.passed();
    }

    /** Null where nothing had to be explained. */
    @Nullable
    Explained explained() {
        return tied == 0 ? null : new Explained(tied);
    }

    @Override
    public void close() {
        ties.close();
    }
}
