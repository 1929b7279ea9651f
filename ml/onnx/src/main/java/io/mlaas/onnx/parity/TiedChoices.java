package io.mlaas.onnx.parity;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.mlaas.onnx.graph.OnnxBytes;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.OnnxModel;
import io.mlaas.onnx.runtime.TypedTensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Places of equal values have no certain order: of a tie, {@code torch.topk} may take others than {@code TopK}. The model
 * is computed once more with the places that the reference took, each of which must point at the same value as the
 * model's own; what follows from the places, such as a gather, follows from the reference's then.
 */
final class TiedChoices implements AutoCloseable {
    private static final String OWN = "/own";
    private static final String TAKEN = "/taken";

    /** @param places the result that holds them, by its name in the graph */
    private record Choice(NodeProto node, String data, String places) {
        /** Among equal numbers, as PyTorch and ONNX both promise: only one of the two may see a tie then. */
        boolean takesFirst() {
            return !node.getOpType().equals("TopK");
        }

        int axis(int rank) {
            int axis = attribute("axis", takesFirst() ? 0 : -1);
            return axis < 0 ? axis + rank : axis;
        }

        boolean keepsAxis() {
            return !takesFirst() || attribute("keepdims", 1) != 0;
        }

        private int attribute(String name, int otherwise) {
            return node.getAttributeList().stream()
                    .filter(a -> a.getName().equals(name))
                    .map(AttributeProto::getI)
                    .findFirst()
                    .map(Math::toIntExact)
                    .orElse(otherwise);
        }
    }

    private final OnnxBytes onnx;
    private final ModelProto model;
    private final Map<String, ValueInfoProto> infos = new HashMap<>();
    private final Reference reference;
    private List<Choice> choices;
    private @Nullable OnnxModel steered;

    TiedChoices(OnnxBytes onnx, Reference reference) {
        this.onnx = onnx;
        this.reference = reference;
        this.model = onnx.model();
        GraphProto graph = model.getGraph();
        graph.getInputList().forEach(info -> infos.put(info.getName(), info));
        graph.getValueInfoList().forEach(info -> infos.put(info.getName(), info));
        graph.getOutputList().forEach(info -> infos.put(info.getName(), info));
        this.choices = graph.getNodeList().stream()
                .flatMap(node -> choice(node).stream())
                .filter(choice -> infos.containsKey(choice.data()) && infos.containsKey(choice.places()))
                .toList();
    }

    private static Optional<Choice> choice(NodeProto node) {
        return switch (node.getOpType()) {
            case "TopK" ->
                node.getOutputList().stream().skip(1).findFirst().map(p -> new Choice(node, node.getInput(0), p));
            case "ArgMax", "ArgMin" -> Optional.of(new Choice(node, node.getInput(0), node.getOutput(0)));
            default -> Optional.empty();
        };
    }

    /**
     * The model's outputs with the reference's places.
     *
     * @return nothing where the reference does not tell its places, or any of them points at another value
     */
    Optional<NamedTensors> outputs(NamedTensors inputs) {
        if (choices.isEmpty()) {
            return Optional.empty();
        }
        NamedTensors known = reference.intermediates(inputs);
        if (steered == null) {
            choices = choices.stream()
                    .filter(choice -> known.tensors().containsKey(choice.places()))
                    .toList();
            steered = choices.isEmpty() ? null : OnnxModel.load(onnx.withModel(steeredModel()));
        }
        return steered == null ? Optional.empty() : outputs(steered, inputs, known);
    }

    private Optional<NamedTensors> outputs(OnnxModel asTaken, NamedTensors inputs, NamedTensors known) {
        Map<String, TypedTensor> given = new LinkedHashMap<>(inputs.tensors());
        choices.forEach(choice -> given.put(choice.places() + TAKEN, known.get(choice.places())));
        NamedTensors computed = asTaken.run(new NamedTensors(given));
        Map<String, TypedTensor> all = new HashMap<>(inputs.tensors());
        all.putAll(computed.tensors());
        Map<String, TypedTensor> expected = new HashMap<>(inputs.tensors());
        expected.putAll(known.tensors());
        return choices.stream().allMatch(choice -> isTied(choice, all, expected))
                ? Optional.of(modelOutputs(computed))
                : Optional.empty();
    }

    private NamedTensors modelOutputs(NamedTensors computed) {
        Map<String, TypedTensor> outputs = new LinkedHashMap<>();
        model.getGraph().getOutputList().forEach(o -> outputs.put(o.getName(), computed.get(o.getName())));
        return new NamedTensors(outputs);
    }

    /** Each place comes from a further input; what the node itself would take is a further output, as is what it looks at. */
    private ModelProto steeredModel() {
        GraphProto.Builder graph = model.getGraph().toBuilder().clearNode();
        Set<String> outputs = new HashSet<>();
        model.getGraph().getOutputList().forEach(info -> outputs.add(info.getName()));
        model.getGraph().getInputList().forEach(info -> outputs.add(info.getName()));
        Set<String> places = new HashSet<>();
        for (Choice choice : choices) {
            ValueInfoProto info = infoOf(choice.places());
            graph.addInput(info.toBuilder().setName(choice.places() + TAKEN));
            graph.addOutput(info.toBuilder().setName(choice.places() + OWN));
            graph.addNode(NodeProto.newBuilder()
                    .setOpType("Identity")
                    .addInput(choice.places() + TAKEN)
                    .addOutput(choice.places()));
            if (outputs.add(choice.data())) {
                graph.addOutput(infoOf(choice.data()));
            }
            places.add(choice.places());
        }
        for (NodeProto node : model.getGraph().getNodeList()) {
            List<String> renamed = node.getOutputList().stream()
                    .map(output -> places.contains(output) ? output + OWN : output)
                    .toList();
            graph.addNode(node.toBuilder().clearOutput().addAllOutput(renamed));
        }
        return model.toBuilder().setGraph(graph).build();
    }

    private ValueInfoProto infoOf(String tensor) {
        return Objects.requireNonNull(infos.get(tensor));
    }

    /** Whether the model's own places and those taken point at equal values, in the model or in the reference. */
    private static boolean isTied(Choice choice, Map<String, TypedTensor> computed, Map<String, TypedTensor> known) {
        TypedTensor own = Objects.requireNonNull(computed.get(choice.places() + OWN));
        TypedTensor taken = Objects.requireNonNull(known.get(choice.places()));
        TypedTensor here = Objects.requireNonNull(computed.get(choice.data()));
        TypedTensor there = known.get(choice.data());
        if (!Arrays.equals(own.shape(), taken.shape())
                || (there != null && !Arrays.equals(here.shape(), there.shape()))) {
            return false;
        }
        Lanes lanes = Lanes.of(here.shape(), choice.axis(here.rank()), own.size());
        if (!lanes.areValid(taken) || (choice.keepsAxis() && !lanes.areDistinct(taken))) {
            return false;
        }
        for (int i = 0; i < own.size(); i++) {
            if (own.whole(i) != taken.whole(i)) {
                boolean tiedHere = lanes.areEqual(here, i, own, taken);
                boolean tiedThere = there != null && lanes.areEqual(there, i, own, taken);
                boolean bothFirst = choice.takesFirst() && (there == null || tiedThere == tiedHere);
                if (bothFirst || (!tiedHere && !tiedThere)) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * Rows along an axis.
     *
     * @param length of a row
     * @param chosen places per row
     * @param inner elements between two neighbours in a row
     */
    private record Lanes(int length, int chosen, int inner) {
        static Lanes of(long[] shape, int axis, int places) {
            int length = Math.toIntExact(shape[axis]);
            int inner = 1;
            for (int i = axis + 1; i < shape.length; i++) {
                inner *= Math.toIntExact(shape[i]);
            }
            int elements = (int) Arrays.stream(shape).reduce(1, Math::multiplyExact);
            return new Lanes(length, elements == 0 ? 0 : places / (elements / length), inner);
        }

        boolean areValid(TypedTensor places) {
            for (int i = 0; i < places.size(); i++) {
                if (places.whole(i) < 0 || places.whole(i) >= length) {
                    return false;
                }
            }
            return true;
        }

        /** No place may be taken twice. */
        boolean areDistinct(TypedTensor places) {
            Set<Long> seen = new HashSet<>();
            for (int i = 0; i < places.size(); i++) {
                if (!seen.add(lane(i) * (long) length + places.whole(i))) {
                    return false;
                }
            }
            return true;
        }

        boolean areEqual(TypedTensor data, int index, TypedTensor own, TypedTensor taken) {
            return data.number(element(index, own)) == data.number(element(index, taken));
        }

        private int lane(int index) {
            return index / (chosen * inner) * inner + index % inner;
        }

        private int element(int index, TypedTensor places) {
            int outer = index / (chosen * inner);
            return (outer * length + (int) places.whole(index)) * inner + index % inner;
        }
    }

    @Override
    public void close() {
        if (steered != null) {
            steered.close();
        }
    }
}
