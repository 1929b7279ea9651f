package io.mlaas.onnx.parity;

import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.TensorFacts;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxBytes;
import io.mlaas.onnx.parity.BothSides.SourceFailed;
import io.mlaas.onnx.parity.ParityCertificate.Explained;
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
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proves a translation: runs the ONNX model on ONNX Runtime and the source model on its own engine over the same inputs,
 * random, extreme and at the model's own boundaries, in batches of several sizes. A number on one side where the other has
 * NaN or an infinity is a failure.
 */
public final class ParityCheck {
    private static final Logger log = LoggerFactory.getLogger(ParityCheck.class);

    /** Smaller sizes than this are tried, one after the other. */
    private static final int MOST_TRIED = 64;

    /** What is added to the declared size: where halves must meet, only some fit. */
    private static final List<Integer> MORE = List.of(3, 4, 8, 16, 32);

    private final ParityPlan plan;
    private final Clock clock;
    private final Oversight oversight;

    public ParityCheck(ParityPlan plan, Clock clock) {
        this(plan, clock, Oversight.NONE);
    }

    public ParityCheck(ParityPlan plan, Clock clock, Oversight oversight) {
        this.plan = plan;
        this.clock = clock;
        this.oversight = oversight;
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
        try {
            return certify(translation, reference, extras, false);
        } catch (SourceFailed e) {
            if (!translation.hasDynamicBatch()) {
                throw e.failure();
            }
            log.debug("the source refuses some batches", e);
        }
        try {
            return certify(translation, reference, extras, true);
        } catch (SourceFailed e) {
            throw e.failure();
        }
    }

    /** @param choosy whether only the sizes of batches that the source accepts are compared */
    private ParityCertificate certify(OnnxTranslation translation, Reference reference, Extras extras, boolean choosy) {
        OnnxBytes onnx = translation.onnx();
        Comparison exact = new Comparison(plan);
        Comparison small = new Comparison(plan);
        int compared = 0;
        int atBoundaries =
                extras.boundary().stream().mapToInt(NamedTensors::samples).sum();
        Set<String> edgeCases = new LinkedHashSet<>();
        List<Map<String, InputDomain>> domains;
        Recorded recorded;
        Rounding rounding;
        Explained explained;
        List<Integer> batchSizes = translation.hasDynamicBatch() ? plan.batchSizes() : List.of(1);
        try (OnnxModel model = load(onnx);
                Explanations explanations = new Explanations(onnx, reference, plan);
                OnnxModel quantized = extras.quantized().isEmpty()
                        ? null
                        : load(extras.quantized().get().onnx())) {
            domains = domains(translation, sizes -> accepts(reference, model, sizes));
            List<Iterator<ParityInputs.Labelled>> inputs = new ArrayList<>();
            List<ParityInputs.Labelled> boundary = labelled(translation, extras.boundary());
            compared = atBoundaries;
            for (int i = 0; i < domains.size(); i++) {
                int count = i == 0 ? plan.inputs() : Math.max(1, plan.inputs() / 10);
                List<ParityInputs.Input> each = inputs(model, domains.get(i));
                List<Integer> sizes = choosy ? accepted(reference, each) : batchSizes;
                batchSizes = i == 0 ? sizes : batchSizes;
                ParityInputs drawn =
                        new ParityInputs(plan.withBatchSizes(sizes), count, each, translation.hasDynamicBatch());
                edgeCases.addAll(drawn.edgeCases());
                inputs.add(drawn.all().iterator());
                compared += drawn.samples();
            }
            inputs.add(boundary.iterator());
            try (BothSides sides = new BothSides(reference, model, quantized, oversight)) {
                for (Iterator<ParityInputs.Labelled> some : inputs) {
                    sides.forEach(some, compared, outputs -> {
                        explanations.add(exact, outputs.input(), outputs.expected(), outputs.translated());
                        if (outputs.quantized() != null) {
                            small.add(outputs.input(), outputs.expected(), outputs.quantized());
                        }
                    });
                }
            }
            explained = explanations.explained();
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
                batchSizes,
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
                explained,
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
        if (worst == null) {
            return null;
        }
        // one sample takes little memory; a few mistakes show only in a batch
        return Stream.of(worst.sample(comparison.worstSample()), worst)
                .flatMap(inputs ->
                        FirstWrongNode.firstDifference(onnx, inputs, reference.intermediates(inputs), plan).stream())
                .findFirst()
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

    /**
     * The declared shapes first; for each size that may vary, with the smallest that the source accepts, and with a few more
     * than declared.
     */
    private static List<Map<String, InputDomain>> domains(
            OnnxTranslation translation, Predicate<Map<String, InputDomain>> accepted) {
        List<Map<String, InputDomain>> all = new ArrayList<>(List.of(translation.domains()));
        Map<String, Integer> usual = new LinkedHashMap<>();
        for (TensorFacts input : translation.inputs()) {
            List<Integer> declared = Objects.requireNonNull(
                            translation.domains().get(input.name()))
                    .sampleShape();
            input.varyingAxes().forEach(axis -> usual.putIfAbsent(input.shape().get(axis + 1), declared.get(axis)));
        }
        usual.forEach((symbol, size) -> {
            IntStream.range(1, Math.min(size, MOST_TRIED))
                    .mapToObj(small -> resized(translation, symbol, small))
                    .filter(accepted)
                    .findFirst()
                    .ifPresent(all::add);
            MORE.stream()
                    .map(more -> resized(translation, symbol, size + more))
                    .filter(accepted)
                    .findFirst()
                    .ifPresent(all::add);
        });
        return all;
    }

    private static Map<String, InputDomain> resized(OnnxTranslation translation, String symbol, int size) {
        Map<String, InputDomain> changed = new LinkedHashMap<>(translation.domains());
        for (TensorFacts input : translation.inputs()) {
            changed.computeIfPresent(input.name(), (name, domain) -> {
                List<Integer> shape = new ArrayList<>(domain.sampleShape());
                input.varyingAxes().stream()
                        .filter(axis -> input.shape().get(axis + 1).equals(symbol))
                        .forEach(axis -> shape.set(axis, size));
                return domain.withSampleShape(shape).withSize(symbol, size);
            });
        }
        return changed;
    }

    /** The sizes of batches that the source gives outputs for; all where there are none, so that it is told why. */
    private List<Integer> accepted(Reference reference, List<ParityInputs.Input> inputs) {
        List<Integer> sizes = plan.batchSizes().stream()
                .filter(size ->
                        gives(reference, new ParityInputs(plan.withBatchSizes(List.of(size)), size, inputs, true)))
                .toList();
        return sizes.isEmpty() ? plan.batchSizes() : sizes;
    }

    /** A window larger than its input, or two sizes that do not meet: the source has no outputs to compare with then. */
    private boolean accepts(Reference reference, OnnxModel model, Map<String, InputDomain> domains) {
        return gives(reference, new ParityInputs(plan, 1, inputs(model, domains), false));
    }

    private static boolean gives(Reference reference, ParityInputs inputs) {
        NamedTensors first = inputs.all().findFirst().orElseThrow().tensors();
        try {
            reference.run(first);
            return true;
        } catch (RuntimeException e) {
            log.debug("the source refuses a batch of {}", first.samples(), e);
            return false;
        }
    }
}
