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
    private final OnnxBytes onnx;
    private @Nullable TiedChoices ties;
    private boolean unexplained;
    private int tied;
    private int widened;
    private double referenceError;

    Explanations(OnnxBytes onnx, Reference reference, ParityPlan plan) {
        this.reference = reference;
        this.plan = plan;
        this.onnx = onnx;
    }

    /** Adds a batch as it is, or as explained. */
    void add(Comparison comparison, ParityInputs.Labelled input, NamedTensors expected, NamedTensors translated) {
        Comparison plain = compare(input, expected, translated, Widening.NONE);
        if (unexplained || plain.passed()) {
            comparison.add(plain);
            return;
        }
        Optional<Comparison> asTaken = ties().outputs(input.tensors())
                .map(outputs -> compare(input, expected, outputs, Widening.NONE))
                .filter(Comparison::passed);
        if (asTaken.isPresent()) {
            tied += input.samples();
            comparison.add(asTaken.get());
            return;
        }
        Optional<OwnRounding> rounding = OwnRounding.of(input.tensors(), expected, reference, plan);
        Optional<Comparison> widely =
                rounding.map(own -> compare(input, expected, translated, own)).filter(Comparison::passed);
        if (widely.isPresent()) {
            widened += input.samples();
            referenceError = Math.max(referenceError, rounding.get().largest());
        }
        unexplained = widely.isEmpty();
        comparison.add(widely.orElse(plain));
    }

    /** Reads the translation again, and so only when there is something to explain. */
    private TiedChoices ties() {
        if (ties == null) {
            ties = new TiedChoices(onnx, reference);
        }
        return ties;
    }

    private Comparison compare(
            ParityInputs.Labelled input, NamedTensors expected, NamedTensors translated, Widening widening) {
        Comparison alone = new Comparison(plan);
        alone.add(input, expected, translated, widening);
        return alone;
    }

    /** Null where nothing had to be explained. */
    @Nullable
    Explained explained() {
        return tied + widened == 0 ? null : new Explained(tied, widened, referenceError, OwnRounding.FACTOR);
    }

    @Override
    public void close() {
        if (ties != null) {
            ties.close();
        }
    }
}
