package io.mlaas.onnx.parity;

import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.TensorFacts;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxBytes;
import io.mlaas.onnx.parity.ParityCertificate.FirstDifference;
import io.mlaas.onnx.parity.ParityCertificate.Quantization;
import io.mlaas.onnx.parity.ParityCertificate.Recorded;
import io.mlaas.onnx.parity.ParityCertificate.Rounding;
import io.mlaas.onnx.quantize.QuantizedModel;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.OnnxModel;
import io.mlaas.onnx.runtime.TypedTensor;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Proves a translation: runs the ONNX model on ONNX Runtime and the source model on its own engine over the same inputs,
 * random, extreme and at the model's own boundaries, in batches of several sizes. A number on one side where the other has
 * NaN or an infinity is a failure.
 */
public final class ParityCheck {
    private final ParityPlan plan;
    private final Clock clock;

    public ParityCheck(ParityPlan plan, Clock clock) {
        this.plan = plan;
        this.clock = clock;
    }

    /**
     * What else to compare.
     *
     * @param boundary inputs where the model changes its mind
     * @param unrounded inputs of 64 bits that may be decided differently once rounded; told, not judged
     * @param recorded outputs from the source framework itself
     * @param quantized the translation with smaller weights, which gets errors of its own
     */
    public record Extras(
            List<NamedTensors> boundary,
            List<NamedTensors> unrounded,
            Optional<RecordedOutputs> recorded,
            Optional<QuantizedModel> quantized) {
        public static final Extras NONE = new Extras(List.of(), Optional.empty(), Optional.empty());

        public Extras {
            boundary = List.copyOf(boundary);
            unrounded = List.copyOf(unrounded);
        }

        public Extras(
                List<NamedTensors> boundary, Optional<RecordedOutputs> recorded, Optional<QuantizedModel> quantized) {
            this(boundary, List.of(), recorded, quantized);
        }
    }

    /** @throws ParityFailed when any output is further from the reference than the tolerance */
    public ParityCertificate certify(OnnxTranslation translation, Reference reference) {
        return certify(translation, reference, Extras.NONE);
    }

    /**
     * @throws ParityFailed when any output is further from the reference, or from what was recorded, than the tolerance
     * @throws TranslationRefused when ONNX Runtime refuses the model
     * @throws IllegalArgumentException when what was recorded does not fit the model
     */
    public ParityCertificate certify(OnnxTranslation translation, Reference reference, Extras extras) {
        OnnxBytes onnx = translation.onnx();
        Comparison exact = new Comparison(plan);
        Comparison small = new Comparison(plan);
        int compared = 0;
        int atBoundaries =
                extras.boundary().stream().mapToInt(NamedTensors::samples).sum();
        Set<String> edgeCases = new LinkedHashSet<>();
        List<Map<String, InputDomain>> domains = domains(translation);
        Recorded recorded;
        Rounding rounding;
        try (OnnxModel model = load(onnx);
                OnnxModel quantized = extras.quantized().isEmpty()
                        ? null
                        : load(extras.quantized().get().onnx())) {
            List<ParityInputs.Labelled> all = new ArrayList<>();
            for (int i = 0; i < domains.size(); i++) {
                int count = i == 0 ? plan.inputs() : Math.max(1, plan.inputs() / 10);
                ParityInputs inputs =
                        new ParityInputs(plan, count, inputs(model, domains.get(i)), translation.hasDynamicBatch());
                edgeCases.addAll(inputs.edgeCases());
                all.addAll(inputs.all());
            }
            all.addAll(labelled(translation, extras.boundary()));
            for (ParityInputs.Labelled input : all) {
                NamedTensors expected = reference.run(input.tensors());
                exact.add(input, expected, model.run(input.tensors()));
                if (quantized != null) {
                    small.add(input, expected, quantized.run(input.tensors()));
                }
                compared += input.samples();
            }
            rounding = rounding(translation, reference, extras.unrounded(), model);
            recorded = extras.recorded().isEmpty()
                    ? null
                    : compareRecorded(extras.recorded().get(), translation, model);
        }
        boolean passed = exact.passed() && (recorded == null || recorded.passed());
        ParityCertificate certificate = new ParityCertificate(
                2,
                translation.sourceSha256(),
                translation.sourceFormat(),
                translation.source().framework(),
                translation.source().frameworkVersion(),
                extras.quantized().map(QuantizedModel::onnx).orElse(onnx).sha256(),
                reference.engine(),
                OnnxModel.engine(),
                translation.opset(),
                translation.operators(),
                plan.seed(),
                compared,
                atBoundaries,
                List.copyOf(edgeCases),
                translation.hasDynamicBatch() ? plan.batchSizes() : List.of(1),
                domains.stream().map(ParityCheck::sampleShapes).toList(),
                plan.atol(),
                plan.rtol(),
                exact.maxAbsolute(),
                exact.meanAbsolute(),
                exact.maxRelative(),
                exact.meanRelative(),
                plan.classification() ? exact.labelAgreement() : null,
                exact.worst(),
                exact.passed() ? null : firstDifference(onnx, reference, exact),
                rounding,
                recorded,
                extras.quantized().map(q -> quantization(q, onnx, small)).orElse(null),
                passed,
                clock.instant());
        if (!certificate.passed()) {
            throw new ParityFailed(certificate);
        }
        return certificate;
    }

    /** What the runtime refuses, with types and shapes inferred anew, is the translator's fault. */
    private static OnnxModel load(OnnxBytes onnx) {
        try {
            return OnnxModel.load(onnx);
        } catch (IllegalArgumentException e) {
            throw new TranslationRefused(TranslationRefused.Reason.INVALID_RESULT, String.valueOf(e.getMessage()), e);
        }
    }

    private static List<ParityInputs.Labelled> labelled(OnnxTranslation translation, List<NamedTensors> boundary) {
        List<ParityInputs.Labelled> all = new ArrayList<>();
        int first = 0;
        List<NamedTensors> batches = translation.hasDynamicBatch()
                ? boundary
                : boundary.stream().flatMap(b -> b.alone().stream()).toList();
        for (NamedTensors tensors : batches) {
            List<String> labels = IntStream.range(first, first + tensors.samples())
                    .mapToObj(i -> "boundary " + i)
                    .toList();
            all.add(new ParityInputs.Labelled(labels, tensors));
            first += tensors.samples();
        }
        return all;
    }

    private @Nullable Rounding rounding(
            OnnxTranslation translation, Reference reference, List<NamedTensors> unrounded, OnnxModel model) {
        int flipped = 0;
        for (ParityInputs.Labelled input : labelled(translation, unrounded)) {
            Comparison comparison = new Comparison(plan);
            Map<String, TypedTensor> taken = new LinkedHashMap<>();
            model.inputs().forEach(facts -> {
                TypedTensor wide = input.tensors().get(facts.name());
                taken.put(facts.name(), wide.isText() ? wide : wide.as(elementType(facts.type())));
            });
            comparison.add(input, reference.run(input.tensors()), model.run(new NamedTensors(taken)));
            flipped += comparison.failedSamples();
        }
        int inputs = unrounded.stream().mapToInt(NamedTensors::samples).sum();
        return inputs == 0 ? null : new Rounding(inputs, flipped);
    }

    private static ElementType elementType(String name) {
        return ElementType.ofName(name).orElseThrow(() -> new IllegalStateException("input type: " + name));
    }

    private Recorded compareRecorded(RecordedOutputs outputs, OnnxTranslation translation, OnnxModel model) {
        NamedTensors inputs = outputs.inputs(translation);
        Comparison comparison = new Comparison(plan);
        List<String> labels = IntStream.range(0, inputs.samples())
                .mapToObj(i -> "recorded " + i)
                .toList();
        comparison.add(new ParityInputs.Labelled(labels, inputs), outputs.outputs(translation), model.run(inputs));
        return new Recorded(
                outputs.sha256(),
                inputs.samples(),
                comparison.maxAbsolute(),
                comparison.meanAbsolute(),
                comparison.maxRelative(),
                plan.classification() ? comparison.labelAgreement() : null,
                comparison.passed());
    }

    private @Nullable FirstDifference firstDifference(OnnxBytes onnx, Reference reference, Comparison comparison) {
        NamedTensors worst = comparison.worstInputs();
        return worst == null
                ? null
                : Bisection.firstDifference(onnx, worst, reference.intermediates(worst), plan)
                        .orElse(null);
    }

    private Quantization quantization(QuantizedModel quantized, OnnxBytes exact, Comparison comparison) {
        return new Quantization(
                exact.sha256(),
                quantized.weights(),
                exact.size(),
                quantized.onnx().size(),
                comparison.maxAbsolute(),
                comparison.meanAbsolute(),
                comparison.maxRelative(),
                comparison.meanRelative(),
                plan.classification() ? comparison.labelAgreement() : null);
    }

    private static Map<String, List<Integer>> sampleShapes(Map<String, InputDomain> domains) {
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        domains.forEach((name, domain) -> shapes.put(name, domain.sampleShape()));
        return shapes;
    }

    private static List<ParityInputs.Input> inputs(OnnxModel model, Map<String, InputDomain> domains) {
        return model.inputs().stream()
                .map(facts -> new ParityInputs.Input(
                        facts.name(), elementType(facts.type()), Objects.requireNonNull(domains.get(facts.name()))))
                .toList();
    }

    /** The declared shapes first; for each size that may vary, with one step, and with a few more than declared. */
    private static List<Map<String, InputDomain>> domains(OnnxTranslation translation) {
        List<Map<String, InputDomain>> all = new ArrayList<>(List.of(translation.domains()));
        Set<String> symbols = new LinkedHashSet<>();
        for (TensorFacts input : translation.inputs()) {
            input.varyingAxes().forEach(axis -> symbols.add(input.shape().get(axis + 1)));
        }
        for (String symbol : symbols) {
            for (int more : new int[] {0, 3}) {
                Map<String, InputDomain> changed = new LinkedHashMap<>(translation.domains());
                for (TensorFacts input : translation.inputs()) {
                    changed.computeIfPresent(input.name(), (name, domain) -> resized(input, domain, symbol, more));
                }
                all.add(changed);
            }
        }
        return all;
    }

    private static InputDomain resized(TensorFacts input, InputDomain domain, String symbol, int more) {
        List<Integer> shape = new ArrayList<>(domain.sampleShape());
        for (int axis : input.varyingAxes()) {
            if (input.shape().get(axis + 1).equals(symbol)) {
                shape.set(axis, more == 0 ? 1 : shape.get(axis) + more);
            }
        }
        return domain.withSampleShape(shape);
    }
}
