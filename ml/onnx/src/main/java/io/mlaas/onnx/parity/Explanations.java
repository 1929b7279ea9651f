package io.mlaas.onnx.parity;

import io.mlaas.onnx.graph.OnnxBytes;
import io.mlaas.onnx.parity.Comparison.Widening;
import io.mlaas.onnx.parity.ParityCertificate.Explained;
import io.mlaas.onnx.runtime.NamedTensors;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asked where a batch differs by more than the tolerance: whether that is no mistake of the translation. Each explanation
 * is checked, and told in the certificate. After the first difference without one, nothing is explained any more.
 */
final class Explanations implements AutoCloseable {
    private final Reference reference;
    private final ParityPlan plan;
    private final TiedChoices ties;
    private boolean unexplained;
    private int tied;
    private int widened;
    private double referenceError;

    Explanations(OnnxBytes onnx, Reference reference, ParityPlan plan) {
        this.reference = reference;
        this.plan = plan;
        this.ties = new TiedChoices(onnx, reference);
    }

    /** Adds a batch as it is, or as explained. */
    void add(Comparison comparison, ParityInputs.Labelled input, NamedTensors expected, NamedTensors translated) {
        if (unexplained || agree(input, expected, translated, Widening.NONE)) {
            comparison.add(input, expected, translated);
            return;
        }
        Optional<NamedTensors> asTaken = ties.outputs(input.tensors());
        if (asTaken.filter(outputs -> agree(input, expected, outputs, Widening.NONE))
                .isPresent()) {
            tied += input.samples();
            comparison.add(input, expected, asTaken.get());
            return;
        }
        Optional<OwnRounding> rounding = OwnRounding.of(input.tensors(), expected, reference, plan)
                .filter(own -> agree(input, expected, translated, own));
        rounding.ifPresent(own -> {
            widened += input.samples();
            referenceError = Math.max(referenceError, own.largest());
        });
        unexplained = rounding.isEmpty();
        comparison.add(
                input, expected, translated, rounding.<Widening>map(own -> own).orElse(Widening.NONE));
    }

    private boolean agree(
            ParityInputs.Labelled input, NamedTensors expected, NamedTensors translated, Widening widening) {
        Comparison alone = new Comparison(plan);
        alone.add(input, expected, translated, widening);
        return alone.passed();
    }

    /** Null where nothing had to be explained. */
    @Nullable
    Explained explained() {
        return tied + widened == 0 ? null : new Explained(tied, widened, referenceError, OwnRounding.FACTOR);
    }

    @Override
    public void close() {
        ties.close();
    }
}
