package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.evaluate.Value.TensorValue;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Single steps of recurrent networks. */
final class CellOperators {
    private CellOperators() {}

    static void register(OperatorTable table) {
        String weights = " w_ih w_hh b_ih=None b_hh=None";
        table.add("lstm_cell", "input hx" + weights, "Gemm, Sigmoid, Tanh, Mul, Add", CellOperators::lstm);
        table.add("gru_cell", "input hx" + weights, "Gemm, Sigmoid, Tanh, Mul, Add", CellOperators::gru);
        for (String name : List.of("tanh", "relu")) {
            String onnx = name.equals("tanh") ? "Tanh" : "Relu";
            table.add("rnn_" + name + "_cell", "input hx" + weights, "Gemm, Add, " + onnx, c -> {
                Tensor sum = add(c, fromInput(c), fromState(c, c.tensor("hx")));
                return Values.of(c.like(onnx, List.of(sum)));
            });
        }
    }

    private static Tensor fromInput(Call call) {
        return LinearOperators.linear(call, call.tensor("input"), call.tensor("w_ih"), call.tensorOrNull("b_ih"));
    }

    private static Tensor fromState(Call call, Tensor state) {
        return LinearOperators.linear(call, state, call.tensor("w_hh"), call.tensorOrNull("b_hh"));
    }

    private static Tensor add(Call call, Tensor a, Tensor b) {
        return call.like("Add", List.of(a, b));
    }

    private static Tensor multiply(Call call, Tensor a, Tensor b) {
        return call.like("Mul", List.of(a, b));
    }

    private static List<Tensor> gates(Call call, Tensor all, int count) {
        call.require(all.size(1).isConstant() && all.size(1).value() % count == 0, "weights of " + all.size(1));
        long size = all.size(1).value() / count;
        List<Tensor> gates = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            gates.add(IndexOperators.range(call, all, 1, Dim.of(i * size), Dim.of((i + 1) * size), 1));
        }
        return gates;
    }

    private static Tensor sigmoid(Call call, Tensor x) {
        return call.like("Sigmoid", List.of(x));
    }

    /** Gates: input, forget, cell, output. */
    private static Value lstm(Call call) {
        List<Value> states = call.items("hx");
        Tensor hidden = ((TensorValue) states.get(0)).tensor();
        Tensor cell = ((TensorValue) states.get(1)).tensor();
        List<Tensor> gates = gates(call, add(call, fromInput(call), fromState(call, hidden)), 4);
        Tensor kept = multiply(call, sigmoid(call, gates.get(1)), cell);
        Tensor added = multiply(call, sigmoid(call, gates.get(0)), call.like("Tanh", List.of(gates.get(2))));
        Tensor next = add(call, kept, added);
        Tensor output = multiply(call, sigmoid(call, gates.get(3)), call.like("Tanh", List.of(next)));
        return Values.tuple(List.of(output, next));
    }

    /** Gates: reset, update, new; the reset gate acts after the recurrent product. */
    private static Value gru(Call call) {
        Tensor hidden = call.tensor("hx");
        List<Tensor> input = gates(call, fromInput(call), 3);
        List<Tensor> state = gates(call, fromState(call, hidden), 3);
        Tensor reset = sigmoid(call, add(call, input.get(0), state.get(0)));
        Tensor update = sigmoid(call, add(call, input.get(1), state.get(1)));
        Tensor fresh = call.like("Tanh", List.of(add(call, input.get(2), multiply(call, reset, state.get(2)))));
        Tensor change = multiply(call, update, call.like("Sub", List.of(hidden, fresh)));
        return Values.of(add(call, fresh, change));
    }
}
