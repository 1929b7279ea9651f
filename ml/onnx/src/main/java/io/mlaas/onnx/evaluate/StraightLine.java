package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.evaluate.Value.TensorValue;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.torchscript.StoredTensor;
import io.mlaas.onnx.torchscript.StraightProgram;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes down each operator as it is called, with its arguments as they are then: what control flow and submodules come
 * down to. What has no text, such as a dictionary of tensors given to an operator, ends the record; the translation needs
 * it not.
 */
final class StraightLine {
    /** More than this would only take memory when it is run. */
    private static final int MAX_LINES = 20_000;

    /** Operators whose elements are 32-bit floats where nothing else is said. */
    private static final Set<String> DEFAULT_TYPED = Set.of(
            "torch.zeros",
            "torch.ones",
            "torch.empty",
            "torch.full",
            "torch.arange",
            "torch.linspace",
            "torch.logspace",
            "torch.eye",
            "torch.tensor",
            "torch.scalar_tensor");

    private static final Set<String> LISTS_OF_OPTIONALS =
            Set.of("torch.index", "torch.index_put", "torch.index_put_", "torch._unsafe_index");

    private final boolean float64;
    private final List<String> inputs = new ArrayList<>();
    private final List<StoredTensor> tensors = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private final Map<String, String> captured = new LinkedHashMap<>();
    private final Map<TensorValue, String> variables = new HashMap<>();
    private final Map<String, String> attributes = new LinkedHashMap<>();
    private final Map<String, String> sizes = new LinkedHashMap<>();
    private boolean ended;

    /** A value that cannot be written. */
    private static final class NoText extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoText(String what) {
            super(what, null, false, false);
        }
    }

    /** @param float64 whether what is 32-bit floats in the source shall be 64-bit floats */
    StraightLine(boolean float64) {
        this.float64 = float64;
    }

    void input(TensorValue value) {
        String variable = "a" + inputs.size();
        inputs.add(value.tensor().name());
        variables.put(value, variable);
        for (int axis = 0; axis < value.rank(); axis++) {
            Dim size = value.shape().dims().get(axis);
            if (!size.isConstant()) {
                sizes.putIfAbsent(size.toString(), "torch.size(" + variable + ", " + axis + ")");
            }
        }
    }

    /**
     * @param called as the source names it, such as {@code torch.add_}
     * @param emitted whether it left something in the graph
     */
    void call(
            String called,
            Operator operator,
            List<Value> arguments,
            Map<String, Value> named,
            Value result,
            boolean emitted) {
        boolean inPlace = !called.equals(operator.name());
        // a list that is appended to is its own result: looking through it each time would take forever
        boolean same = !(result instanceof TensorValue) && arguments.stream().anyMatch(argument -> argument == result);
        if (ended || same || !holdsTensors(result) || (isKnown(result) && !inPlace)) {
            return;
        }
        try {
            String variable = "v" + lines.size();
            add(variable + " = " + text(called, operator, arguments, named, result));
            name(result, variable, emitted);
        } catch (NoText e) {
            ended = true;
        }
    }

    private void add(String line) {
        lines.add(line);
        ended |= lines.size() > MAX_LINES;
    }

    private static boolean holdsTensors(Value value) {
        return switch (value) {
            case TensorValue tensor -> true;
            case Value.Tuple tuple -> tuple.items().stream().anyMatch(StraightLine::holdsTensors);
            case Value.Items list -> list.items().stream().anyMatch(StraightLine::holdsTensors);
            default -> false;
        };
    }

    private boolean isKnown(Value value) {
        return switch (value) {
            case TensorValue tensor -> variables.containsKey(tensor) || isStored(tensor);
            case Value.Tuple tuple -> tuple.items().stream().allMatch(this::isKnown);
            case Value.Items list -> list.items().stream().allMatch(this::isKnown);
            default -> true;
        };
    }

    private static boolean isStored(TensorValue tensor) {
        return tensor.stored().isPresent();
    }

    private void name(Value result, String text, boolean emitted) {
        switch (result) {
            case TensorValue tensor -> {
                variables.put(tensor, text);
                if (emitted) {
                    capture(tensor, text);
                }
            }
            case Value.Tuple tuple -> nameAll(tuple.items(), text, emitted);
            case Value.Items list -> nameAll(list.items(), text, emitted);
            default -> {}
        }
    }

    private void nameAll(List<Value> items, String text, boolean emitted) {
        for (int i = 0; i < items.size() && !ended; i++) {
            String item = "v" + lines.size();
            add(item + " = (" + text + ")[" + i + "]");
            name(items.get(i), item, emitted);
        }
    }

    /** A copy, because what is computed in place later changes the tensor itself. */
    private void capture(TensorValue tensor, String text) {
        String name = tensor.tensor().name();
        if (!captured.containsKey(name)) {
            String copy = "v" + lines.size();
            add(copy + " = torch.clone(" + text + ", memory_format=None)");
            captured.put(name, copy);
        }
    }

    private String text(
            String called, Operator operator, List<Value> arguments, Map<String, Value> named, Value result) {
        List<String> texts = new ArrayList<>();
        boolean optionals = LISTS_OF_OPTIONALS.contains(called);
        for (int i = 0; i < arguments.size(); i++) {
            String parameter = i < operator.parameters().size()
                    ? operator.parameters().get(i).name()
                    : "*";
            texts.add(argument(operator, parameter, arguments.get(i), optionals));
        }
        named.forEach((parameter, value) ->
                texts.add(parameter + "=" + typed(operator, parameter, value, result, optionals)));
        if (needsType(operator, result) && !named.containsKey("dtype")) {
            texts.add("dtype=" + ElementType.FLOAT64.torchCode());
        }
        return called + "(" + String.join(", ", texts) + ")";
    }

    private boolean needsType(Operator operator, Value result) {
        return float64
                && DEFAULT_TYPED.contains(operator.name())
                && result instanceof TensorValue tensor
                && tensor.type() == ElementType.FLOAT64;
    }

    private String typed(Operator operator, String parameter, Value value, Value result, boolean optionals) {
        boolean left = parameter.equals("dtype") && value instanceof Value.None && needsType(operator, result);
        return left
                ? Integer.toString(ElementType.FLOAT64.torchCode())
                : argument(operator, parameter, value, optionals);
    }

    private String argument(Operator operator, String parameter, Value value, boolean optionals) {
        boolean type = parameter.equals("dtype")
                || (operator.name().equals("torch.to") && (parameter.equals("a") || parameter.equals("b")));
        if (float64 && type && value.equals(Value.Int.of(ElementType.FLOAT32.torchCode()))) {
            return Integer.toString(ElementType.FLOAT64.torchCode());
        }
        return value(value, optionals);
    }

    private String value(Value value, boolean optionals) {
        return switch (value) {
            case Value.None none -> "None";
            case Value.Int integer -> size(integer.dim());
            case Value.Real real -> real(real.value());
            case Value.Bool bool -> bool.value() ? "True" : "False";
            case Value.Text text when text.value().equals("cpu") -> "torch.device(\"cpu\")";
            case Value.Text text -> "\"" + text.value().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
            case Value.Items list -> list(list.items(), optionals);
            case Value.Tuple tuple -> {
                List<String> items =
                        tuple.items().stream().map(item -> value(item, false)).toList();
                yield "(" + String.join(", ", items) + (items.size() == 1 ? ",)" : ")");
            }
            case TensorValue tensor -> tensor(tensor);
            case Value.Dictionary dictionary -> throw new NoText("a dictionary");
            case Value.Instance instance -> throw new NoText("an object");
            case Value.Named named -> throw new NoText(named.name());
            case Value.Method method -> throw new NoText(method.name());
        };
    }

    private String list(List<Value> items, boolean optionals) {
        if (items.isEmpty()) {
            return "annotate(List[int], [])";
        }
        List<String> texts = items.stream().map(item -> value(item, false)).toList();
        String list = "[" + String.join(", ", texts) + "]";
        return optionals ? "annotate(List[Optional[Tensor]], " + list + ")" : list;
    }

    private String tensor(TensorValue tensor) {
        String variable = variables.get(tensor);
        if (variable != null) {
            return variable;
        }
        StoredTensor stored = tensor.stored().orElseThrow(() -> new NoText("a tensor that no operator made"));
        return attributes.computeIfAbsent(stored.key(), key -> {
            tensors.add(stored);
            return "self.t" + (tensors.size() - 1);
        });
    }

    private static String real(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        return Double.toString(value).toLowerCase(Locale.ROOT);
    }

    private String size(Dim dim) {
        if (dim.isConstant()) {
            return Long.toString(dim.value());
        }
        String sum = "";
        for (Map.Entry<Long, List<String>> term : dim.terms()) {
            String product = Long.toString(term.getKey());
            for (String symbol : term.getValue()) {
                String size = Optional.ofNullable(sizes.get(symbol)).orElseThrow(() -> new NoText(symbol));
                product = "torch.mul(" + product + ", " + size + ")";
            }
            sum = sum.isEmpty() ? product : "torch.add(" + sum + ", " + product + ")";
        }
        return sum;
    }

    /** @param outputs the model's, by the names in the translation; nothing where some of it has no text */
    Optional<StraightProgram> finished(Map<String, TensorValue> outputs) {
        Map<String, String> returned = new LinkedHashMap<>();
        Map<String, String> all = new LinkedHashMap<>(captured);
        try {
            for (Map.Entry<String, TensorValue> output : outputs.entrySet()) {
                Tensor tensor = output.getValue().tensor();
                returned.put(output.getKey(), tensor(output.getValue()));
                all.put(output.getKey(), captured.getOrDefault(tensor.name(), tensor(output.getValue())));
            }
        } catch (NoText e) {
            return Optional.empty();
        }
        return ended
                ? Optional.empty()
                : Optional.of(new StraightProgram(inputs, tensors, lines, all, returned, StraightProgram.OLDEST));
    }
}
