package io.mlaas.onnx.parity;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.mlaas.onnx.graph.OnnxBytes;
import io.mlaas.onnx.parity.ParityCertificate.FirstDifference;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.OnnxModel;
import io.mlaas.onnx.runtime.TypedTensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the first node whose result differs from the reference's: half of what is known to lie between is looked at in
 * each step, with that result as a further output of the model.
 */
final class Bisection {
    private final OnnxBytes onnx;
    private final ModelProto model;
    private final NamedTensors inputs;
    private final NamedTensors expected;
    private final ParityPlan plan;

    private record Result(NodeProto node, String tensor) {}

    private Bisection(OnnxBytes onnx, NamedTensors inputs, NamedTensors expected, ParityPlan plan) {
        this.onnx = onnx;
        this.model = onnx.model();
        this.inputs = inputs;
        this.expected = expected;
        this.plan = plan;
    }

    /**
     * @param expected results by the names of the graph's tensors
     * @return nothing where none of them is in the graph, or none differs
     */
    static Optional<FirstDifference> firstDifference(
            OnnxBytes onnx, NamedTensors inputs, NamedTensors expected, ParityPlan plan) {
        if (expected.tensors().isEmpty()) {
            return Optional.empty();
        }
        return new Bisection(onnx, inputs, expected, plan).search();
    }

    private Optional<FirstDifference> search() {
        List<Result> known = known();
        int low = 0;
        int high = known.size();
        Optional<FirstDifference> first = Optional.empty();
        // what depends on a wrong result is wrong too, as a rule: the first wrong one is at the border
        while (low < high) {
            int middle = (low + high) >>> 1;
            Optional<FirstDifference> difference = difference(known.get(middle));
            if (difference.isPresent()) {
                first = difference;
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return first;
    }

    /** Results that the reference knows and that have a declared type, in the order of computation. */
    private List<Result> known() {
        Set<String> typed = new HashSet<>();
        model.getGraph().getValueInfoList().forEach(v -> typed.add(v.getName()));
        model.getGraph().getOutputList().forEach(v -> typed.add(v.getName()));
        List<Result> known = new ArrayList<>();
        for (NodeProto node : model.getGraph().getNodeList()) {
            for (String output : node.getOutputList()) {
                if (typed.contains(output) && expected.tensors().containsKey(output)) {
                    known.add(new Result(node, output));
                }
            }
        }
        return known;
    }

    private Optional<FirstDifference> difference(Result result) {
        TypedTensor reference = expected.get(result.tensor());
        TypedTensor found = compute(result.tensor());
        Comparison comparison = new Comparison(plan);
        comparison.add(
                new ParityInputs.Labelled(
                        java.util.Collections.nCopies(Math.max(1, reference.samples()), "worst"), inputs),
                NamedTensors.of(result.tensor(), reference),
                NamedTensors.of(result.tensor(), found));
        return comparison.passed()
                ? Optional.empty()
                : Optional.of(new FirstDifference(
                        result.node().getName(),
                        result.node().getOpType(),
                        result.node().getDocString(),
                        comparison.worst().reference(),
                        comparison.worst().translated()));
    }

    private TypedTensor compute(String tensor) {
        boolean isOutput = model.getGraph().getOutputList().stream()
                .anyMatch(output -> output.getName().equals(tensor));
        ModelProto.Builder wider = model.toBuilder();
        if (!isOutput) {
            ValueInfoProto info = model.getGraph().getValueInfoList().stream()
                    .filter(v -> v.getName().equals(tensor))
                    .findFirst()
                    .orElseThrow();
            wider.getGraphBuilder().addOutput(info);
        }
        try (OnnxModel computed = OnnxModel.load(onnx.withModel(wider.build()))) {
            Map<String, TypedTensor> results = computed.run(inputs).tensors();
            return java.util.Objects.requireNonNull(results.get(tensor));
        }
    }
}
