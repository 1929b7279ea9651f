package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.evaluate.Value.TensorValue;
import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Functions of each element by itself, and the softmax family. */
final class ActivationOperators {
    private ActivationOperators() {}

    static void register(OperatorTable table) {
        Map<String, String> plain = new LinkedHashMap<>();
        plain.put("relu", "Relu");
        plain.put("sigmoid", "Sigmoid");
        plain.put("tanh", "Tanh");
        plain.put("exp", "Exp");
        plain.put("log", "Log");
        plain.put("sqrt", "Sqrt");
        plain.put("abs", "Abs");
        plain.put("sin", "Sin");
        plain.put("cos", "Cos");
        plain.put("tan", "Tan");
        plain.put("atan", "Atan");
        plain.put("sinh", "Sinh");
        plain.put("cosh", "Cosh");
        plain.put("erf", "Erf");
        plain.put("sign", "Sign");
        plain.put("floor", "Floor");
        plain.put("ceil", "Ceil");
        plain.put("round", "Round");
        plain.put("reciprocal", "Reciprocal");
        plain.forEach((name, onnx) -> table.add(name, "self", onnx, c -> ofNumber(name, c)
                .orElseGet(() -> Values.of(c.like(onnx, List.of(floating(c, name, c.tensor("self"))))))));
        table.add(
                "rsqrt",
                "self",
                "Sqrt, Reciprocal",
                c -> Values.of(c.like("Reciprocal", List.of(c.like("Sqrt", List.of(c.tensor("self")))))));
        table.add("square", "self", "Mul", c -> Values.of(times(c, c.tensor("self"), c.tensor("self"))));
        table.add("log1p", "self", "Add, Log", c -> Values.of(c.like("Log", List.of(plus(c, c.tensor("self"), 1)))));
        table.add("expm1", "self", "Exp, Sub", c -> Values.of(plus(c, c.like("Exp", List.of(c.tensor("self"))), -1)));
        table.add("relu6", "self", "Clip", c -> Values.of(clip(c, c.tensor("self"), 0.0, 6.0)));
        table.add(
                "hardtanh",
                "self min_val=-1 max_val=1",
                "Clip",
                c -> Values.of(clip(c, c.tensor("self"), c.real("min_val"), c.real("max_val"))));
        table.add("clamp", "self min=None max=None", "Clip", ActivationOperators::clamp);
        table.add("clip", "self min=None max=None", "Clip", ActivationOperators::clamp);
        table.add("clamp_min", "self min", "Clip", c -> Values.of(clip(c, c.tensor("self"), c.real("min"), null)));
        table.add("clamp_max", "self max", "Clip", c -> Values.of(clip(c, c.tensor("self"), null, c.real("max"))));
        table.add(
                "leaky_relu",
                "self negative_slope=0.01",
                "LeakyRelu",
                c -> Values.of(c.like(
                        "LeakyRelu", List.of(c.tensor("self")), Attribute.of("alpha", c.real("negative_slope")))));
        table.add("prelu", "self weight", "PRelu", ActivationOperators::prelu);
        table.add("elu", "self alpha=1 scale=1 input_scale=1", "Elu", ActivationOperators::elu);
        table.add(
                "celu",
                "self alpha=1",
                "Celu",
                c -> Values.of(c.like("Celu", List.of(c.tensor("self")), Attribute.of("alpha", c.real("alpha")))));
        table.add("selu", "self", "Selu", c -> Values.of(c.like("Selu", List.of(c.tensor("self")))));
        table.add("gelu", "self approximate=\"none\"", "Erf, Mul, Add", ActivationOperators::gelu);
        table.add(
                "silu",
                "self",
                "Sigmoid, Mul",
                c -> Values.of(times(c, c.tensor("self"), c.like("Sigmoid", List.of(c.tensor("self"))))));
        table.add(
                "mish",
                "self",
                "Softplus, Tanh, Mul",
                c -> Values.of(times(
                        c, c.tensor("self"), c.like("Tanh", List.of(c.like("Softplus", List.of(c.tensor("self"))))))));
        table.add(
                "hardsigmoid",
                "self",
                "HardSigmoid",
                c -> Values.of(c.like(
                        "HardSigmoid",
                        List.of(c.tensor("self")),
                        Attribute.of("alpha", 1 / 6.0),
                        Attribute.of("beta", 0.5))));
        table.add("hardswish", "self", "HardSwish", c -> Values.of(c.like("HardSwish", List.of(c.tensor("self")))));
        table.add("softplus", "self beta=1 threshold=20", "Softplus", ActivationOperators::softplus);
        table.add(
                "log_sigmoid",
                "self",
                "Softplus, Neg",
                c -> Values.of(
                        c.like("Neg", List.of(c.like("Softplus", List.of(c.like("Neg", List.of(c.tensor("self")))))))));
        table.add("softsign", "self", "Softsign", c -> Values.of(c.like("Softsign", List.of(c.tensor("self")))));
        table.add("softmax", "self dim dtype=None", "Softmax", c -> softmax(c, "Softmax"));
        table.add("_softmax", "self dim half_to_float=False", "Softmax", c -> axiswise(c, "Softmax", c.tensor("self")));
        table.add("log_softmax", "self dim dtype=None", "LogSoftmax", c -> softmax(c, "LogSoftmax"));
        table.add(
                "_log_softmax",
                "self dim half_to_float=False",
                "LogSoftmax",
                c -> axiswise(c, "LogSoftmax", c.tensor("self")));
        table.add(
                "hardshrink",
                "self lambd=0.5",
                "Shrink",
                c -> Values.of(c.like("Shrink", List.of(c.tensor("self")), Attribute.of("lambd", c.real("lambd")))));
        table.add("softshrink", "self lambd=0.5", "Shrink", c -> {
            Attribute bias = Attribute.of("bias", c.real("lambd"));
            return Values.of(c.like("Shrink", List.of(c.tensor("self")), bias, Attribute.of("lambd", c.real("lambd"))));
        });
        table.add("threshold", "self threshold value", "Greater, Where", c -> {
            Tensor self = c.tensor("self");
            Tensor above = MathOperators.compare(c, "Greater", self, c.real("threshold"));
            return Values.of(MathOperators.select(c, above, self, c.scalarLike(self, c.real("value"))));
        });
        table.add("glu", "self dim=-1", "Slice, Sigmoid, Mul", c -> {
            Tensor self = c.tensor("self");
            int axis = self.shape().axis(c.integer("dim"));
            Dim half = self.size(axis)
                    .dividedBy(Dim.of(2))
                    .orElseThrow(() -> c.refuse("an axis of size " + self.size(axis)));
            Tensor gate = IndexOperators.range(c, self, axis, half, self.size(axis), 1);
            return Values.of(times(
                    c, IndexOperators.range(c, self, axis, Dim.of(0), half, 1), c.like("Sigmoid", List.of(gate))));
        });
        table.add(
                "rrelu", "self lower=0.125 upper=0.3333333333333333 training=False generator=None", "LeakyRelu", c -> {
                    c.require(!c.bool("training"), "the model was traced in training mode (expected: model.eval())");
                    double slope = (c.real("lower") + c.real("upper")) / 2;
                    return Values.of(c.like("LeakyRelu", List.of(c.tensor("self")), Attribute.of("alpha", slope)));
                });
        for (String name : List.of("dropout", "feature_dropout", "alpha_dropout", "feature_alpha_dropout")) {
            table.add(name, "input p train", "", ActivationOperators::dropout);
        }
    }

    /** Functions of a number are computed while translating. */
    private static Optional<Value> ofNumber(String name, Call call) {
        Value self = call.value("self");
        if (!ScalarOperators.isScalar(self)) {
            return Optional.empty();
        }
        double x = call.real("self");
        return switch (name) {
            case "sqrt" -> Optional.of(new Value.Real(Math.sqrt(x)));
            case "exp" -> Optional.of(new Value.Real(Math.exp(x)));
            case "log" -> Optional.of(new Value.Real(Math.log(x)));
            case "sin" -> Optional.of(new Value.Real(Math.sin(x)));
            case "cos" -> Optional.of(new Value.Real(Math.cos(x)));
            case "tanh" -> Optional.of(new Value.Real(Math.tanh(x)));
            case "floor" -> Optional.of(Value.Int.of((long) Math.floor(x)));
            case "ceil" -> Optional.of(Value.Int.of((long) Math.ceil(x)));
            case "round" -> Optional.of(Value.Int.of((long) Math.rint(x)));
            case "abs" ->
                Optional.of(
                        self instanceof Value.Real ? new Value.Real(Math.abs(x)) : Value.Int.of((long) Math.abs(x)));
            default -> Optional.empty();
        };
    }

    /** Functions of integers give 32-bit floats, but for those that have integers as results. */
    private static Tensor floating(Call call, String name, Tensor x) {
        boolean keeps = List.of("relu", "abs", "sign", "floor", "ceil", "round").contains(name);
        return keeps || x.type().isFloating() ? x : call.graph().cast(x, call.floatType());
    }

    static Tensor times(Call call, Tensor a, Tensor b) {
        return call.like("Mul", List.of(a, b));
    }

    static Tensor times(Call call, Tensor a, double factor) {
        return factor == 1 ? a : times(call, a, call.scalarLike(a, factor));
    }

    static Tensor plus(Call call, Tensor a, double summand) {
        return call.like("Add", List.of(a, call.scalarLike(a, summand)));
    }

    private static Value clamp(Call call) {
        if (call.value("min") instanceof TensorValue || call.value("max") instanceof TensorValue) {
            Value result = call.value("self");
            if (call.given("min")) {
                result = ArithmeticOperators.binary(call, "Max", result, call.value("min"));
            }
            return call.given("max") ? ArithmeticOperators.binary(call, "Min", result, call.value("max")) : result;
        }
        Double min = call.given("min") ? (Double) call.real("min") : null;
        Double max = call.given("max") ? (Double) call.real("max") : null;
        return Values.of(clip(call, call.tensor("self"), min, max));
    }

    private static Tensor clip(Call call, Tensor self, @Nullable Double min, @Nullable Double max) {
        List<@Nullable Tensor> inputs = new ArrayList<>();
        inputs.add(self);
        inputs.add(min == null ? null : call.scalarLike(self, min));
        if (max != null) {
            inputs.add(call.scalarLike(self, max));
        }
        return call.like("Clip", inputs);
    }

    private static Value prelu(Call call) {
        Tensor self = call.tensor("self");
        Tensor slope = call.tensor("weight");
        if (!slope.shape().elements().is(1)) {
            List<Dim> dims = new ArrayList<>(Collections.nCopies(Math.max(1, self.rank() - 1), Dim.of(1)));
            dims.set(0, slope.size(0));
            slope = call.graph().reshape(slope, new Shape(dims));
        }
        return Values.of(call.like("PRelu", List.of(self, slope)));
    }

    private static Value elu(Call call) {
        Tensor self = call.tensor("self");
        call.require(call.real("input_scale") == 1, "input_scale: " + call.real("input_scale") + " (expected: 1)");
        Tensor elu = call.like("Elu", List.of(self), Attribute.of("alpha", call.real("alpha")));
        return Values.of(times(call, elu, call.real("scale")));
    }

    /** x · Φ(x), or the approximation by tanh of Hendrycks and Gimpel (2016), arXiv:1606.08415. */
    private static Value gelu(Call call) {
        return Values.of(
                gelu(call, call.tensor("self"), call.text("approximate").equals("tanh")));
    }

    static Tensor gelu(Call call, Tensor x, boolean tanh) {
        Tensor inner;
        if (tanh) {
            Tensor cube = times(call, times(call, x, x), x);
            Tensor sum = call.like("Add", List.of(x, times(call, cube, 0.044715)));
            inner = call.like("Tanh", List.of(times(call, sum, Math.sqrt(2 / Math.PI))));
        } else {
            inner = call.like("Erf", List.of(times(call, x, Math.sqrt(0.5))));
        }
        return times(call, times(call, x, 0.5), plus(call, inner, 1));
    }

    private static Value softplus(Call call) {
        Tensor self = call.tensor("self");
        double beta = call.real("beta");
        Tensor soft = call.like("Softplus", List.of(times(call, self, beta)));
        return Values.of(times(call, soft, 1 / beta));
    }

    private static Value softmax(Call call, String onnx) {
        Tensor self = call.tensor("self");
        return axiswise(call, onnx, call.graph().cast(self, call.type("dtype", self.type())));
    }

    private static Value axiswise(Call call, String onnx, Tensor self) {
        int axis = self.shape().axis(call.integer("dim"));
        return Values.of(call.like(onnx, List.of(self), Attribute.of("axis", axis)));
    }

    private static Value dropout(Call call) {
        call.require(
                !call.bool("train") || call.real("p") == 0,
                "the model was traced in training mode (expected: model.eval() before tracing)");
        return call.value("input");
    }
}
