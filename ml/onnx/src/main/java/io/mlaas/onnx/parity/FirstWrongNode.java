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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the first node whose result differs from the reference's: what is known to lie between is looked at in the
 * order of computation, some results at once, as further outputs of the model.
 */
final class FirstWrongNode {
    /** Results that are kept in memory at the same time. */
    private static final int AT_ONCE = 64;

    private final OnnxBytes onnx;
    private final ModelProto model;
    private final NamedTensors inputs;
    private final NamedTensors expected;
    private final ParityPlan plan;

    private record Result(NodeProto node, String tensor) {}

    private FirstWrongNode(OnnxBytes onnx, NamedTensors inputs, NamedTensors expected, ParityPlan plan) {
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
        return new FirstWrongNode(onnx, inputs, expected, plan).search();
    }

    /** In the order of computation: what depends on a wrong result comes after it, what does not may be right. */
    private Optional<FirstDifference> search() {
        List<Result> known = known();
        for (int start = 0; start < known.size(); start += AT_ONCE) {
            List<Result> some = known.subList(start, Math.min(known.size(), start + AT_ONCE));
            NamedTensors found = compute(some);
            for (Result result : some) {
                Optional<FirstDifference> difference = difference(result, found.get(result.tensor()));
                if (difference.isPresent()) {
                    return difference;
                }
            }
        }
        return Optional.empty();
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

    private Optional<FirstDifference> difference(Result result, TypedTensor found) {
        TypedTensor reference = expected.get(result.tensor());
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

    /** Of an output, or of what becomes one for this purpose. */
    private NamedTensors compute(List<Result> results) {
        Map<String, ValueInfoProto> infos = new HashMap<>();
        model.getGraph().getValueInfoList().forEach(info -> infos.put(info.getName(), info));
        model.getGraph().getOutputList().forEach(output -> infos.remove(output.getName()));
        ModelProto.Builder wider = model.toBuilder();
        for (Result result : results) {
            ValueInfoProto info = infos.get(result.tensor());
            if (info != null) {
                wider.getGraphBuilder().addOutput(info);
            }
        }
        try (OnnxModel computed = OnnxModel.load(onnx.withModel(wider.build()))) {
            return computed.run(inputs);
        }
    }
}
