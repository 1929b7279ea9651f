package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Matrix products. */
final class LinearOperators {
    private LinearOperators() {}

    static void register(OperatorTable table) {
        table.add("linear", "input weight bias=None", "Gemm, or MatMul and Add", LinearOperators::linear);
        table.add("addmm", "self mat1 mat2 beta=1 alpha=1", "Gemm", LinearOperators::addmm);
        for (String name : List.of("matmul", "mm", "bmm", "mv", "dot")) {
            table.add(name, "self mat2", "MatMul", c -> Values.of(matmul(c, c.tensor("self"), c.tensor("mat2"))));
        }
        table.add("baddbmm", "self batch1 batch2 beta=1 alpha=1", "MatMul, Mul, Add", LinearOperators::baddbmm);
        table.add("einsum", "equation operands path=None", "Einsum", LinearOperators::einsum);
    }

    private static Value linear(Call call) {
        return Values.of(linear(call, call.tensor("input"), call.tensor("weight"), call.tensorOrNull("bias")));
    }

    /** input · weightᵀ + bias over the last axis. */
    static Tensor linear(Call call, Tensor input, Tensor weight, @Nullable Tensor bias) {
        call.require(
                input.rank() > 0 && weight.rank() == 2 && input.size(-1).equals(weight.size(1)),
                "input " + input.shape() + " and weight " + weight.shape()
                        + " (expected: the input's last size equal to the weight's)");
        Shape shape = input.shape().with(-1, weight.size(0));
        if (input.rank() == 2) {
            List<@Nullable Tensor> inputs = new ArrayList<>(List.of(input, weight));
            if (bias != null) {
                inputs.add(bias);
            }
            return call.node("Gemm", input.type(), shape, inputs, Attribute.of("transB", 1));
        }
        Tensor product = matmul(call, input, call.graph().transpose(weight, 1, 0));
        return bias == null ? product : call.like("Add", List.of(product, bias));
    }

    private static Value addmm(Call call) {
        Tensor a = call.tensor("mat1");
        Tensor b = call.tensor("mat2");
        requireInner(call, a, b);
        Shape shape = new Shape(List.of(a.size(0), b.size(1)));
        return Values.of(call.node(
                "Gemm",
                a.type(),
                shape,
                List.of(a, b, call.tensor("self")),
                Attribute.of("alpha", call.real("alpha")),
                Attribute.of("beta", call.real("beta"))));
    }

    private static void requireInner(Call call, Tensor a, Tensor b) {
        Dim left = a.size(-1);
        Dim right = b.size(b.rank() == 1 ? 0 : -2);
        call.require(
                left.equals(right), "shapes " + a.shape() + " and " + b.shape() + " (expected: equal inner sizes)");
    }

    static Tensor matmul(Call call, Tensor a, Tensor b) {
        requireInner(call, a, b);
        List<Dim> rows = a.rank() == 1 ? List.of() : List.of(a.size(-2));
        List<Dim> columns = b.rank() == 1 ? List.of() : List.of(b.size(-1));
        Shape batch = batch(a).broadcast(batch(b))
                .orElseThrow(() ->
                        call.refuse("shapes " + a.shape() + " and " + b.shape() + " (expected: two that broadcast)"));
        List<Dim> dims = new ArrayList<>(batch.dims());
        dims.addAll(rows);
        dims.addAll(columns);
        return call.node("MatMul", a.type(), new Shape(dims), List.of(a, b));
    }

    private static Shape batch(Tensor tensor) {
        return new Shape(tensor.shape().dims().subList(0, Math.max(0, tensor.rank() - 2)));
    }

    private static Value baddbmm(Call call) {
        Tensor product = matmul(call, call.tensor("batch1"), call.tensor("batch2"));
        Tensor scaled = ActivationOperators.times(call, product, call.real("alpha"));
        if (call.real("beta") == 0) {
            return Values.of(scaled);
        }
        return Values.of(call.like(
                "Add", List.of(scaled, ActivationOperators.times(call, call.tensor("self"), call.real("beta")))));
    }

    /** With letters for an ellipsis, and with the result's letters: those that occur once, in alphabetical order. */
    private static String explicit(Call call, String given, List<Tensor> operands) {
        String[] sides = given.split("->", -1);
        String[] inputs = sides[0].split(",", -1);
        call.require(inputs.length == operands.size(), "equation " + given + " for " + operands.size() + " operands");
        String batch = "";
        for (int i = 0; i < inputs.length; i++) {
            if (inputs[i].contains("...")) {
                int axes = operands.get(i).rank() - (inputs[i].length() - 3);
                call.require(axes >= 0 && axes <= 8, "equation " + given);
                String letters = "STUVWXYZ".substring(0, axes);
                call.require(batch.isEmpty() || batch.equals(letters), "ellipses of different lengths in " + given);
                batch = letters;
            }
        }
        String left = sides[0].replace("...", batch);
        String right;
        if (sides.length == 2) {
            right = sides[1].replace("...", batch);
        } else {
            right = batch
                    + left.replace(",", "")
                            .chars()
                            .filter(letter -> left.indexOf(letter) == left.lastIndexOf(letter) && letter >= 'a')
                            .sorted()
                            .mapToObj(Character::toString)
                            .collect(java.util.stream.Collectors.joining());
        }
        return left + "->" + right;
    }

    private static Value einsum(Call call) {
        List<Tensor> operands = call.tensors("operands");
        String equation = explicit(call, call.text("equation").replace(" ", ""), operands);
        String[] sides = equation.split("->", -1);
        String[] inputs = sides[0].split(",", -1);
        call.require(
                sides.length == 2 && !equation.contains(".") && inputs.length == operands.size(),
                "equation " + equation + " (expected: explicit letters for each operand and the result)");
        List<Dim> dims = sides[1].chars()
                .mapToObj(letter -> {
                    for (int i = 0; i < inputs.length; i++) {
                        int axis = inputs[i].indexOf(letter);
                        if (axis >= 0) {
                            return operands.get(i).size(axis);
                        }
                    }
                    throw call.refuse("equation " + equation);
                })
                .toList();
        return Values.of(call.node(
                "Einsum", operands.getFirst().type(), new Shape(dims), operands, Attribute.of("equation", equation)));
    }
}
