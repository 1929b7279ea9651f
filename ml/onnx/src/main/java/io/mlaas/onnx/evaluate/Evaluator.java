package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.evaluate.Value.TensorValue;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.script.ScriptCode;
import io.mlaas.onnx.script.Syntax;
import io.mlaas.onnx.script.Syntax.Expression;
import io.mlaas.onnx.script.Syntax.Function;
import io.mlaas.onnx.script.Syntax.Parameter;
import io.mlaas.onnx.script.Syntax.Statement;
import io.mlaas.onnx.torchscript.TorchScriptArchive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Runs the code of an archive with symbolic tensors: numbers, lists and conditions are computed, calls of functions and
 * submodules are followed, and each tensor operator adds nodes to a graph. {@code self.training} is False.
 */
final class Evaluator {
    /** Statements and operators; a translation of any real network needs some thousands. */
    private static final int MAX_STEPS = 200_000;

    private static final int MAX_CALL_DEPTH = 100;

    private final ScriptCode code;
    private final ModelState state;
    private final OnnxGraph graph;
    private final OperatorTable table = OperatorTable.standard();
    private final TreeMap<String, Integer> used = new TreeMap<>();
    private final TreeSet<String> warnings = new TreeSet<>();
    private final ElementType floatType;
    private final StraightLine line;
    private final PackedSequences packed = new PackedSequences();
    private OptionalLong indexBound = OptionalLong.empty();
    private int steps;
    private int callDepth;

    Evaluator(ScriptCode code, TorchScriptArchive archive, OnnxGraph graph, ElementType floatType) {
        this(code, new ModelState(archive.module(), archive.constants(), graph, floatType), graph, floatType);
    }

    /** For calls of operators alone, without an archive's objects. */
    Evaluator(ScriptCode code, OnnxGraph graph, ElementType floatType) {
        this(code, new ModelState(graph), graph, floatType);
    }

    private Evaluator(ScriptCode code, ModelState state, OnnxGraph graph, ElementType floatType) {
        this.code = code;
        this.state = state;
        this.graph = graph;
        this.floatType = floatType;
        this.line = new StraightLine(floatType == ElementType.FLOAT64);
    }

    /** What 32-bit floats of the source become. */
    ElementType floatType() {
        return floatType;
    }

    /** The record of all operators that were called. */
    StraightLine line() {
        return line;
    }

    /** How often each operator that left something in the graph was called. */
    Map<String, Integer> used() {
        return used;
    }

    SortedSet<String> warnings() {
        return warnings;
    }

    /** What all indices that are looked up in embeddings must stay below. */
    OptionalLong indexBound() {
        return indexBound;
    }

    PackedSequences packed() {
        return packed;
    }

    void boundIndices(long rows) {
        indexBound = OptionalLong.of(Math.min(rows, indexBound.orElse(rows)));
    }

    void warn(String warning) {
        warnings.add(warning);
    }

    /** Calls a method of an object with arguments in order. */
    Value callMethod(Value.Instance receiver, String method, List<Value> arguments) {
        Function function = method(receiver, method)
                .orElseThrow(() -> new TranslationRefused(
                        Reason.UNSUPPORTED_CODE, receiver.object().className() + " has no method " + method));
        List<Value> all = new ArrayList<>(List.of(receiver));
        all.addAll(arguments);
        return call(function, all, Map.of(), receiver.path());
    }

    private Optional<Function> method(Value.Instance receiver, String name) {
        return code.classNamed(receiver.object().className())
                .map(c -> c.methods().get(name));
    }

    private Value call(Function function, List<Value> arguments, Map<String, Value> named, String path) {
        Frame frame = new Frame(code, function, path);
        if (++callDepth > MAX_CALL_DEPTH) {
            throw new TranslationRefused(
                    Reason.TOO_LARGE, "calls nested deeper than " + MAX_CALL_DEPTH + " in " + function.name());
        }
        List<Parameter> parameters = function.parameters();
        if (arguments.size() > parameters.size()) {
            throw frame.unsupported(
                    function.name() + ": " + arguments.size() + " arguments (expected: " + parameters.size() + ")");
        }
        for (int i = 0; i < parameters.size(); i++) {
            Parameter parameter = parameters.get(i);
            Value value = i < arguments.size() ? arguments.get(i) : named.get(parameter.name());
            if (value == null) {
                value = evaluate(
                        frame,
                        parameter
                                .defaultValue()
                                .orElseThrow(() ->
                                        frame.unsupported(function.name() + ": no argument " + parameter.name())));
            }
            frame.variables.put(parameter.name(), value);
        }
        Value result = run(frame, function.body());
        callDepth--;
        return result == null ? Value.NONE : result;
    }

    /** The returned value; null where the statements end without a return. */
    private @Nullable Value run(Frame frame, List<Statement> statements) {
        for (Statement statement : statements) {
            Value returned = run(frame, statement);
            if (returned != null) {
                return returned;
            }
        }
        return null;
    }

    private @Nullable Value run(Frame frame, Statement statement) {
        frame.line = statement.line();
        step(frame);
        switch (statement) {
            case Syntax.Pass pass -> {
                return null;
            }
            case Syntax.Return result -> {
                return evaluate(frame, result.value());
            }
            case Syntax.Evaluate expression -> evaluate(frame, expression.expression());
            case Syntax.Assign assign -> assign(frame, assign);
            case Syntax.AttributeAssign assign ->
                throw frame.unsupported(
                        "the model changes its own attribute " + assign.target().name());
            case Syntax.If choice -> {
                return run(
                        frame, truth(frame, evaluate(frame, choice.condition())) ? choice.then() : choice.otherwise());
            }
            case Syntax.For loop -> {
                for (Value item : items(frame, evaluate(frame, loop.sequence()))) {
                    frame.variables.put(loop.variable(), item);
                    Value returned = run(frame, loop.body());
                    if (returned != null) {
                        return returned;
                    }
                }
            }
            case Syntax.While loop -> {
                while (truth(frame, evaluate(frame, loop.condition()))) {
                    Value returned = run(frame, loop.body());
                    if (returned != null) {
                        return returned;
                    }
                }
            }
        }
        return null;
    }

    private void step(Frame frame) {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("the translation, after " + steps + " steps");
        }
        if (++steps > MAX_STEPS) {
            throw frame.refuse(Reason.TOO_LARGE, "more than " + MAX_STEPS + " steps");
        }
    }

    private void assign(Frame frame, Syntax.Assign assign) {
        Value value = evaluate(frame, assign.value());
        if (assign.targets().size() == 1) {
            frame.variables.put(assign.targets().getFirst(), value);
            return;
        }
        List<Value> items = items(frame, value);
        if (items.size() != assign.targets().size()) {
            throw frame.unsupported(
                    items.size() + " values (expected: " + assign.targets().size() + ")");
        }
        for (int i = 0; i < items.size(); i++) {
            frame.variables.put(assign.targets().get(i), items.get(i));
        }
    }

    private static List<Value> items(Frame frame, Value value) {
        return switch (value) {
            case Value.Items list -> List.copyOf(list.items());
            case Value.Tuple tuple -> tuple.items();
            default -> throw frame.unsupported(Values.describe(value) + " (expected: a list or tuple)");
        };
    }

    private static boolean truth(Frame frame, Value value) {
        return switch (value) {
            case Value.Bool bool -> bool.value();
            case Value.None none -> false;
            case Value.Int integer
            when integer.dim().isConstant() -> !integer.dim().is(0);
            default -> throw frame.unsupported("control flow that depends on " + Values.describe(value));
        };
    }

    private Value evaluate(Frame frame, Expression expression) {
        return switch (expression) {
            case Syntax.Literal literal -> literal(literal.value());
            case Syntax.Name name -> variable(frame, name.id());
            case Syntax.Attribute attribute -> attribute(frame, evaluate(frame, attribute.target()), attribute.name());
            case Syntax.Call call -> call(frame, call);
            case Syntax.Subscript subscript -> {
                Value target = evaluate(frame, subscript.target());
                Value index = evaluate(frame, subscript.index());
                try {
                    yield Values.item(target, index);
                } catch (IllegalArgumentException e) {
                    throw frame.unsupported(String.valueOf(e.getMessage()));
                }
            }
            case Syntax.ListOf list -> Value.Items.of(evaluate(frame, list.items()));
            case Syntax.TupleOf tuple -> new Value.Tuple(evaluate(frame, tuple.items()));
            case Syntax.DictOf dictionary -> {
                Map<Value, Value> entries = new LinkedHashMap<>();
                for (int i = 0; i < dictionary.keys().size(); i++) {
                    Value key = evaluate(frame, dictionary.keys().get(i));
                    if (!ArithmeticOperators.isPlain(key)) {
                        throw frame.unsupported("a dictionary key that is neither number nor text");
                    }
                    entries.put(key, evaluate(frame, dictionary.values().get(i)));
                }
                yield new Value.Dictionary(entries);
            }
            case Syntax.Negation negation ->
                switch (evaluate(frame, negation.operand())) {
                    case Value.Int integer -> new Value.Int(integer.dim().times(-1));
                    case Value.Real real -> new Value.Real(-real.value());
                    default -> throw frame.unsupported("a minus sign before something that is no number");
                };
            case Syntax.Conditional choice ->
                truth(frame, evaluate(frame, choice.condition()))
                        ? evaluate(frame, choice.then())
                        : evaluate(frame, choice.otherwise());
        };
    }

    private List<Value> evaluate(Frame frame, List<Expression> expressions) {
        List<Value> values = new ArrayList<>();
        for (Expression expression : expressions) {
            values.add(evaluate(frame, expression));
        }
        return values;
    }

    private static Value literal(@Nullable Object value) {
        return switch (value) {
            case null -> Value.NONE;
            case Long integer -> Value.Int.of(integer);
            case Double real -> new Value.Real(real);
            case Boolean bool -> new Value.Bool(bool);
            default -> new Value.Text(value.toString());
        };
    }

    private static Value variable(Frame frame, String name) {
        Value value = frame.variables.get(name);
        return value == null ? new Value.Named(name) : value;
    }

    private Value attribute(Frame frame, Value target, String name) {
        return switch (target) {
            case Value.Named named when named.name().equals("CONSTANTS") -> state.constant(constantIndex(frame, name));
            case Value.Named named -> new Value.Named(named.name() + "." + name);
            case Value.Instance instance -> attributeOf(frame, instance, name);
            case TensorValue tensor -> tensorAttribute(frame, tensor, name);
            default -> throw frame.unsupported("attribute " + name + " of " + Values.describe(target));
        };
    }

    private static int constantIndex(Frame frame, String name) {
        if (!name.matches("c[0-9]{1,6}")) {
            throw frame.unsupported("CONSTANTS." + name);
        }
        return Integer.parseInt(name.substring(1));
    }

    private Value attributeOf(Frame frame, Value.Instance instance, String name) {
        if (name.equals("training")) {
            return new Value.Bool(false);
        }
        return state.attribute(instance, name)
                .or(() -> code.classNamed(instance.object().className())
                        .map(c -> c.constants().get(name))
                        .map(e -> evaluate(frame, e)))
                .or(() -> method(instance, name).map(m -> new Value.Method(instance, name)))
                .orElseThrow(() -> frame.unsupported(instance.object().className() + " has no attribute " + name));
    }

    private static Value tensorAttribute(Frame frame, TensorValue tensor, String name) {
        return switch (name) {
            case "dtype" -> Value.Int.of(tensor.type().torchCode());
            case "device" -> new Value.Text("cpu");
            case "ndim" -> Value.Int.of(tensor.rank());
            default -> throw frame.unsupported("attribute " + name + " of a tensor");
        };
    }

    private Value call(Frame frame, Syntax.Call call) {
        if (call.function() instanceof Syntax.Name name && !frame.variables.containsKey(name.id())) {
            switch (name.id()) {
                case "annotate", "unchecked_cast" -> {
                    return evaluate(frame, call.arguments().get(1));
                }
                case "uninitialized" -> {
                    return Value.NONE;
                }
                case "isinstance" -> {
                    return new Value.Bool(isInstance(frame, call.arguments()));
                }
                case "getattr" -> {
                    Value target = evaluate(frame, call.arguments().getFirst());
                    if (evaluate(frame, call.arguments().get(1)) instanceof Value.Text text) {
                        return attribute(frame, target, text.value());
                    }
                    throw frame.unsupported("getattr without a name");
                }
                default -> {}
            }
        }
        Value function = evaluate(frame, call.function());
        List<Value> arguments = evaluate(frame, call.arguments());
        Map<String, Value> named = new LinkedHashMap<>();
        call.named().forEach((key, value) -> named.put(key, evaluate(frame, value)));
        return switch (function) {
            case Value.Method method -> {
                List<Value> all = new ArrayList<>(List.of(method.receiver()));
                all.addAll(arguments);
                yield call(
                        this.method(method.receiver(), method.name()).orElseThrow(),
                        all,
                        named,
                        method.receiver().path());
            }
            case Value.Named name -> callNamed(frame, name.name(), arguments, named);
            default -> throw frame.unsupported("a call of " + Values.describe(function));
        };
    }

    /** Whether it is a tensor; of other types is asked nowhere where it is not known. */
    private boolean isInstance(Frame frame, List<Expression> arguments) {
        if (!(arguments.get(1) instanceof Syntax.Name type && type.id().equals("Tensor"))) {
            throw frame.unsupported("isinstance of another type (expected: Tensor)");
        }
        return evaluate(frame, arguments.getFirst()) instanceof TensorValue;
    }

    /** Calls an operator, or a function of the archive, by its full name. */
    Value callNamed(Frame frame, String name, List<Value> arguments, Map<String, Value> named) {
        Optional<Function> function = code.functionNamed(name);
        if (function.isPresent() && table.find(name).isEmpty()) {
            return call(function.get(), arguments, named, frame.path);
        }
        if (named.isEmpty()
                && code.classNamed(name)
                        .filter(c -> c.kind().equals("NamedTuple"))
                        .isPresent()) {
            return new Value.Tuple(arguments);
        }
        Optional<Operator> operator = table.find(name);
        if (operator.isPresent()) {
            int nodes = graph.nodeCount();
            Value result = apply(frame, operator.get(), arguments, named);
            line.call(name, operator.get(), arguments, named, result, graph.nodeCount() > nodes);
            return result;
        }
        Optional<Operator> inPlace = table.findInPlace(name);
        if (inPlace.isPresent() && !arguments.isEmpty() && arguments.getFirst() instanceof TensorValue self) {
            int nodes = graph.nodeCount();
            Value result = apply(frame, inPlace.get(), arguments, named);
            if (result == self) {
                return self;
            }
            if (self.storedRoot().isPresent()) {
                throw frame.unsupported(name + ": changes the model's own "
                        + self.tensor().name() + ", as in training mode (expected: model.eval() before tracing)");
            }
            if (result instanceof TensorValue changed) {
                try {
                    Tensor elements = changed.tensor();
                    if (!elements.shape().equals(self.shape())) {
                        throw frame.unsupported(name + ": shape " + elements.shape() + " (expected: " + self.shape()
                                + ", that of the tensor that is changed)");
                    }
                    self.write(graph.cast(elements, self.type()));
                } catch (TranslationRefused e) {
                    throw frame.refuse(e.reason(), name + ": " + e.getMessage());
                }
            }
            line.call(name, inPlace.get(), arguments, named, self, graph.nodeCount() > nodes);
            return self;
        }
        throw frame.refuse(
                Reason.UNSUPPORTED_OPERATOR,
                "operator " + name + " is not supported (expected: one of the "
                        + OperatorTable.rows().size() + " listed in docs/translation.md)");
    }

    private Value apply(Frame frame, Operator operator, List<Value> arguments, Map<String, Value> named) {
        step(frame);
        Map<String, Value> bound = bind(frame, operator, arguments, named);
        graph.locate(frame.path, frame.source());
        int nodes = graph.nodeCount();
        try {
            Value result = operator.emitter().emit(new Call(operator, bound, graph, this, frame.source()));
            if (graph.nodeCount() > nodes) {
                used.merge(operator.name(), 1, Integer::sum);
            }
            return result;
        } catch (TranslationRefused e) {
            throw frame.refuse(e.reason(), String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException
                | ArithmeticException
                | IndexOutOfBoundsException
                | NegativeArraySizeException
                | ClassCastException e) {
            // an argument of a kind or size that the emitter did not expect
            TranslationRefused refused = frame.unsupported(operator.name() + ": " + e.getMessage());
            refused.initCause(e);
            throw refused;
        }
    }

    private Map<String, Value> bind(Frame frame, Operator operator, List<Value> arguments, Map<String, Value> named) {
        Map<String, Value> bound = new LinkedHashMap<>();
        List<Operator.Parameter> parameters = operator.parameters();
        for (int i = 0; i < parameters.size(); i++) {
            Operator.Parameter parameter = parameters.get(i);
            if (parameter.name().equals("*")) {
                bound.put(
                        "*",
                        new Value.Tuple(
                                List.copyOf(arguments.subList(Math.min(i, arguments.size()), arguments.size()))));
                return bound;
            }
            if (i < arguments.size()) {
                bound.put(parameter.name(), arguments.get(i));
            } else if (named.containsKey(parameter.name())) {
                bound.put(parameter.name(), named.get(parameter.name()));
            } else if (parameter.defaultValue().isPresent()) {
                bound.put(
                        parameter.name(),
                        evaluate(frame, parameter.defaultValue().get()));
            } else {
                throw frame.unsupported(operator.name() + ": no argument " + parameter.name());
            }
        }
        if (arguments.size() > parameters.size()) {
            throw frame.unsupported(operator.name() + ": " + arguments.size() + " arguments (expected: at most "
                    + parameters.size() + ")");
        }
        for (String given : named.keySet()) {
            if (!bound.containsKey(given)) {
                throw frame.unsupported(operator.name() + ": an unknown argument " + given);
            }
        }
        return bound;
    }
}
