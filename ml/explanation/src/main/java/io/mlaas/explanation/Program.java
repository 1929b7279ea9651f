package io.mlaas.explanation;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.mlaas.onnx.graph.OnnxBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A graph of which every operator has a rule. */
final class Program {
    /** How many operators without a rule are named. */
    private static final int NAMED = 20;

    private final List<NodeProto> nodes;
    private final Map<String, Traced> weights;
    private final ValueInfoProto input;
    private final String output;

    private Program(GraphProto graph, Map<String, Traced> weights) {
        this.nodes = graph.getNodeList();
        this.weights = weights;
        this.input = graph.getInput(0);
        this.output = graph.getOutput(0).getName();
    }

    /** @throws ExplanationRefused when operators have no rule, or the graph has several inputs; nothing is computed before */
    static Program of(OnnxBytes onnx) {
        GraphProto graph = onnx.model().getGraph();
        if (graph.getInputCount() != 1) {
            throw new ExplanationRefused("inputs: " + graph.getInputCount() + " (expected: 1)");
        }
        List<String> problems = withoutRule(graph);
        if (!problems.isEmpty()) {
            throw new ExplanationRefused("operators without a rule: "
                    + problems.stream().limit(NAMED).collect(Collectors.joining(", "))
                    + (problems.size() > NAMED ? " and " + (problems.size() - NAMED) + " more" : "")
                    + " (expected: those that the README of ml/explanation lists)");
        }
        return new Program(graph, Weights.of(onnx));
    }

    private static List<String> withoutRule(GraphProto graph) {
        List<String> problems = new ArrayList<>();
        Set<String> varying = new HashSet<>(Set.of(graph.getInput(0).getName()));
        for (NodeProto node : graph.getNodeList()) {
            List<Integer> reached = new ArrayList<>();
            for (int i = 0; i < node.getInputCount(); i++) {
                if (varying.contains(node.getInput(i))) {
                    reached.add(i);
                }
            }
            problem(node, reached, problems);
            if (!reached.isEmpty() && !node.getOpType().equals(ConstantRules.SHAPE)) {
                varying.addAll(node.getOutputList());
            }
        }
        return problems;
    }

    private static void problem(NodeProto node, List<Integer> reached, List<String> problems) {
        String place = node.getOpType() + " at " + node.getName();
        if (!RuleTable.all().knows(node.getOpType()) || !node.getDomain().isEmpty()) {
            problems.add(place);
            return;
        }
        RuleTable.Entry entry = RuleTable.all().get(node.getOpType());
        for (int i : reached) {
            if (!entry.mayVary(i)) {
                problems.add(place + " (its input " + i + " depends on the model's input)");
            }
        }
    }

    /** Sizes of the input; -1 for those that may vary. */
    int[] inputShape() {
        return input.getType().getTensorType().getShape().getDimList().stream()
                .mapToInt(Program::size)
                .toArray();
    }

    private static int size(Dimension dimension) {
        return dimension.hasDimValue() ? Math.toIntExact(dimension.getDimValue()) : -1;
    }

    /** Refuses the shape of a sample, without the batch, that the model does not take. */
    void requireSample(int... sample) {
        int[] declared = inputShape();
        boolean fits = declared.length == sample.length + 1;
        for (int i = 0; fits && i < sample.length; i++) {
            fits = sample[i] > 0 && (declared[i + 1] < 0 || declared[i + 1] == sample[i]);
        }
        if (!fits) {
            throw new ExplanationRefused(
                    "input: shape " + Arrays.toString(sample) + " of a sample (expected: " + describe(declared) + ")");
        }
    }

    private static String describe(int[] declared) {
        return Arrays.stream(declared)
                .skip(1)
                .mapToObj(size -> size < 0 ? "any" : String.valueOf(size))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    /** Runs the graph. @return its first output */
    Traced run(Traced x, Tape tape) {
        Map<String, Traced> values = new HashMap<>(weights);
        values.put(input.getName(), x);
        for (NodeProto node : nodes) {
            List<@Nullable Traced> inputs = new ArrayList<>();
            node.getInputList().forEach(name -> inputs.add(name.isEmpty() ? null : values.get(name)));
            List<Traced> outputs = outputs(new Call(node, inputs, tape));
            for (int i = 0; i < node.getOutputCount() && i < outputs.size(); i++) {
                values.put(node.getOutput(i), outputs.get(i));
            }
        }
        Traced y = values.get(output);
        if (y == null) {
            throw new ExplanationRefused("output: " + output + " is not computed (expected: a tensor)");
        }
        return y;
    }

    private static List<Traced> outputs(Call call) {
        try {
            return RuleTable.all().get(call.node().getOpType()).rule().apply(call);
        } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException e) {
            ExplanationRefused refused =
                    new ExplanationRefused(call.place() + ": shapes that do not fit: " + shapes(call));
            refused.initCause(e);
            throw refused;
        }
    }

    private static String shapes(Call call) {
        return call.inputs().stream()
                .map(x -> x == null ? "none" : Arrays.toString(x.shape()))
                .collect(Collectors.joining(", "));
    }
}
