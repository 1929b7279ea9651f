package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.tensorflow.Graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Arithmetic on sizes, which is done while nodes are written. */
final class SizeArithmetic {
    private static final Set<String> OPERATORS = Set.of("Mul", "AddV2", "Sub", "Prod");

    private SizeArithmetic() {}

    static boolean covers(String operator) {
        return OPERATORS.contains(operator);
    }

    static Traced apply(Node node, List<Traced> in) {
        List<Dim> a = in.get(0).sizes().orElseThrow();
        List<Dim> b = in.get(1).sizes().orElseThrow();
        if (node.operator().equals("Prod")) {
            Dim product = a.stream().reduce(Dim.of(1), Dim::times);
            return Traced.of(List.of(product), !node.flag("keep_dims"));
        }
        int length = Math.max(a.size(), b.size());
        List<Dim> result = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            Dim x = a.get(a.size() == 1 ? 0 : i);
            Dim y = b.get(b.size() == 1 ? 0 : i);
            result.add(
                    switch (node.operator()) {
                        case "Mul" -> x.times(y);
                        case "Sub" -> x.minus(y);
                        default -> x.plus(y);
                    });
        }
        return Traced.of(result, in.get(0).scalar() && in.get(1).scalar());
    }
}
