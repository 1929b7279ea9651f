package io.mlaas.onnx.parity;

import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.SourceDigest;
import io.mlaas.onnx.TensorFacts;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.OnnxModel;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

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

    /** @throws ParityFailed when any output is further from the reference than the tolerance */
    public ParityCertificate certify(OnnxTranslation translation, Reference reference) {
        return certify(translation, reference, List.of());
    }

    /**
     * @param boundary further inputs, where the model changes its mind; those of a translation with a fixed batch are one
     *     sample each
     * @throws ParityFailed when any output is further from the reference than the tolerance
     */
    public ParityCertificate certify(OnnxTranslation translation, Reference reference, List<NamedTensors> boundary) {
        byte[] onnx = translation.onnx().toArray();
        Comparison comparison = new Comparison(plan);
        int compared = 0;
        int atBoundaries = 0;
        Set<String> edgeCases = new LinkedHashSet<>();
        List<Map<String, InputDomain>> domains = domains(translation);
        try (OnnxModel model = OnnxModel.load(onnx)) {
            for (int i = 0; i < domains.size(); i++) {
                int count = i == 0 ? plan.inputs() : Math.max(1, plan.inputs() / 10);
                ParityInputs inputs =
                        new ParityInputs(plan, count, inputs(model, domains.get(i)), translation.hasDynamicBatch());
                edgeCases.addAll(inputs.edgeCases());
                for (ParityInputs.Labelled input : inputs.all()) {
                    comparison.add(input, reference.run(input.tensors()), model.run(input.tensors()));
                    compared += input.samples();
                }
            }
            for (NamedTensors tensors : boundary) {
                int first = atBoundaries;
                List<String> labels = IntStream.range(first, first + tensors.samples())
                        .mapToObj(i -> "boundary " + i)
                        .toList();
                comparison.add(new ParityInputs.Labelled(labels, tensors), reference.run(tensors), model.run(tensors));
                atBoundaries += tensors.samples();
            }
        }
        ParityCertificate certificate = new ParityCertificate(
                2,
                translation.sourceSha256(),
                translation.sourceFormat(),
                translation.source().framework(),
                translation.source().frameworkVersion(),
                SourceDigest.of(onnx),
                reference.engine(),
                OnnxModel.engine(),
                translation.opset(),
                translation.operators(),
                plan.seed(),
                compared + atBoundaries,
                atBoundaries,
                List.copyOf(edgeCases),
                translation.hasDynamicBatch() ? plan.batchSizes() : List.of(1),
                domains.stream().map(ParityCheck::sampleShapes).toList(),
                plan.atol(),
                plan.rtol(),
                comparison.maxAbsolute(),
                comparison.meanAbsolute(),
                comparison.maxRelative(),
                comparison.meanRelative(),
                plan.classification() ? comparison.labelAgreement() : null,
                comparison.worst(),
                comparison.passed(),
                clock.instant());
        if (!certificate.passed()) {
            throw new ParityFailed(certificate);
        }
        return certificate;
    }

    private static Map<String, List<Integer>> sampleShapes(Map<String, InputDomain> domains) {
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        domains.forEach((name, domain) -> shapes.put(name, domain.sampleShape()));
        return shapes;
    }

    private static List<ParityInputs.Input> inputs(OnnxModel model, Map<String, InputDomain> domains) {
        return model.inputs().stream()
                .map(facts -> new ParityInputs.Input(
                        facts.name(),
                        ElementType.ofName(facts.type())
                                .orElseThrow(() -> new IllegalStateException("input type: " + facts.type())),
                        Objects.requireNonNull(domains.get(facts.name()))))
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
