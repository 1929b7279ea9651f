package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.nodes.Nodes;
import io.mlaas.onnx.tensorflow.Emission.Operator;
import io.mlaas.onnx.tensorflow.Graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Lists of tensors of one shape, which are kept as one tensor with the elements along its first axis. */
final class ListEmission {
    private ListEmission() {}

    static void register(Map<String, Operator> table) {
        table.put("TensorListFromTensor", (e, node, in) -> List.of(in.getFirst()));
        table.put(
                "TensorListReserve",
                (e, node, in) ->
                        List.of(Traced.reserved(Emission.sizes(node, in.get(1)).getFirst())));
        table.put("TensorListStack", (e, node, in) -> List.of(in.getFirst()));
        table.put("TensorListGetItem", Operator.tensor(ListEmission::item));
        table.put(
                "TensorListSetItem",
                Operator.tensor((e, node, in) -> replaced(e, node, in.get(0), in.get(1), e.tensor(in.get(2)))));
        table.put(
                "TensorListLength",
                (e, node, in) -> List.of(Traced.of(
                        List.of(in.getFirst()
                                .reserved()
                                .orElseGet(() -> in.getFirst().shape().size(0))),
                        true)));
    }

    private static Tensor item(Emission e, Node node, List<Traced> in) {
        Tensor list = e.tensor(in.get(0));
        Traced index = in.get(1);
        return index.isLiteral()
                ? e.nodes().select(list, 0, Emission.integer(node, index))
                : e.nodes().gather(list, e.tensor(index), 0);
    }

    /** A list whose elements are zero until they are set. */
    static Tensor zeros(Nodes nodes, Dim length, Tensor element) {
        List<Dim> dims = new ArrayList<>(List.of(length));
        dims.addAll(element.shape().dims());
        return nodes.expand(nodes.graph().scalar(element.type(), 0), new Shape(dims));
    }

    private static Tensor replaced(Emission e, Node node, Traced list, Traced index, Tensor element) {
        Nodes nodes = e.nodes();
        Dim length = list.reserved().orElseGet(() -> list.shape().size(0));
        if (length.is(1) && index.isLiteral() && Emission.integer(node, index) == 0) {
            return nodes.unsqueeze(element, 0);
        }
        Tensor all = list.reserved().isPresent() ? zeros(nodes, length, element) : e.tensor(list);
        OnnxGraph graph = nodes.graph();
        Tensor place = graph.reshape(graph.cast(e.tensor(index), ElementType.INT64), Shape.of(1, 1));
        return graph.node("ScatterND", all.type(), all.shape(), List.of(all, place, nodes.unsqueeze(element, 0)));
    }
}
