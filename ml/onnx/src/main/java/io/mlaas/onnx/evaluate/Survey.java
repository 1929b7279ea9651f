package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.Unsupported;
import io.mlaas.onnx.script.ScriptCode;
import io.mlaas.onnx.script.Syntax;
import io.mlaas.onnx.script.Syntax.Expression;
import io.mlaas.onnx.script.Syntax.Function;
import io.mlaas.onnx.script.Syntax.Statement;
import io.mlaas.onnx.torchscript.ScriptObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads all code that {@code forward} can reach, without computing anything, for operators that have no translation. Both
 * sides of a condition are read, but for {@code self.training}: it may find more than a translation would run into.
 */
final class Survey {
    private static final int MAX_VISITS = 20_000;

    private final ScriptCode code;
    private final OperatorTable table = OperatorTable.standard();
    private final Map<String, Unsupported> found = new TreeMap<>();
    private final Set<String> visited = new HashSet<>();

    /** A function at work for a module, and which of its variables are modules. */
    private record Place(Function function, String path, Map<String, Module> modules) {
        String at(int line) {
            String where = function.file() + ":" + line;
            return path.isEmpty() ? where : path + ", " + where;
        }
    }

    private record Module(ScriptObject object, String path) {}

    private Survey(ScriptCode code) {
        this.code = code;
    }

    /** Every operator that is not in the table, with its first place and how often it is called. */
    static List<Unsupported> of(ScriptCode code, ScriptObject root) {
        Survey survey = new Survey(code);
        survey.method(new Module(root, ""), "forward");
        return List.copyOf(survey.found.values());
    }

    private void method(Module module, String name) {
        code.classNamed(module.object.className())
                .map(c -> c.methods().get(name))
                .ifPresent(method -> {
                    Map<String, Module> modules = new HashMap<>();
                    if (!method.parameters().isEmpty()) {
                        modules.put(method.parameters().getFirst().name(), module);
                    }
                    function(new Place(method, module.path, modules));
                });
    }

    private void function(Place place) {
        String key = place.path + " " + place.function.file() + " " + place.function.name();
        if (visited.size() < MAX_VISITS && visited.add(key)) {
            read(place, place.function.body());
        }
    }

    private void read(Place place, List<Statement> statements) {
        for (Statement statement : statements) {
            int line = statement.line();
            switch (statement) {
                case Syntax.Pass pass -> {}
                case Syntax.Return result -> read(place, line, result.value());
                case Syntax.Evaluate evaluate -> read(place, line, evaluate.expression());
                case Syntax.AttributeAssign assign -> read(place, line, assign.value());
                case Syntax.Assign assign -> {
                    read(place, line, assign.value());
                    Module module = module(place, assign.value());
                    if (module != null && assign.targets().size() == 1) {
                        place.modules.put(assign.targets().getFirst(), module);
                    }
                }
                case Syntax.If choice -> {
                    read(place, line, choice.condition());
                    if (!isTraining(choice.condition())) {
                        read(place, choice.then());
                    }
                    read(place, choice.otherwise());
                }
                case Syntax.For loop -> {
                    read(place, line, loop.sequence());
                    read(place, loop.body());
                }
                case Syntax.While loop -> {
                    read(place, line, loop.condition());
                    read(place, loop.body());
                }
            }
        }
    }

    private static boolean isTraining(Expression condition) {
        return condition instanceof Syntax.Attribute attribute
                && attribute.name().equals("training");
    }

    private void read(Place place, int line, Expression expression) {
        switch (expression) {
            case Syntax.Literal literal -> {}
            case Syntax.Name name -> {}
            case Syntax.Attribute attribute -> read(place, line, attribute.target());
            case Syntax.Call call -> {
                call(place, line, call);
                call.arguments().forEach(argument -> read(place, line, argument));
                call.named().values().forEach(argument -> read(place, line, argument));
            }
            case Syntax.Subscript subscript -> {
                read(place, line, subscript.target());
                read(place, line, subscript.index());
            }
            case Syntax.ListOf list -> list.items().forEach(item -> read(place, line, item));
            case Syntax.TupleOf tuple -> tuple.items().forEach(item -> read(place, line, item));
            case Syntax.DictOf dictionary -> dictionary.values().forEach(value -> read(place, line, value));
            case Syntax.Negation negation -> read(place, line, negation.operand());
            case Syntax.Conditional choice -> {
                read(place, line, choice.condition());
                read(place, line, choice.then());
                read(place, line, choice.otherwise());
            }
        }
    }

    private void call(Place place, int line, Syntax.Call call) {
        if (call.function() instanceof Syntax.Attribute attribute) {
            Module receiver = module(place, attribute.target());
            if (receiver != null) {
                method(receiver, attribute.name());
                return;
            }
            read(place, line, attribute.target());
        }
        String name = fullName(call.function());
        Optional<Function> function = code.functionNamed(name);
        if (table.find(name).isPresent() || table.findInPlace(name).isPresent()) {
            return;
        }
        if (function.isPresent()) {
            function(new Place(function.get(), place.path, new HashMap<>()));
        } else if (name.startsWith("torch.") || name.startsWith("ops.")) {
            found.merge(
                    name,
                    new Unsupported(name, place.at(line), 1),
                    (first, again) -> new Unsupported(name, first.where(), first.times() + 1));
        }
    }

    /** {@code torch.add}; empty for what is no name. */
    private static String fullName(Expression expression) {
        return switch (expression) {
            case Syntax.Name name -> name.id();
            case Syntax.Attribute attribute -> {
                String target = fullName(attribute.target());
                yield target.isEmpty() ? "" : target + "." + attribute.name();
            }
            default -> "";
        };
    }

    /** The module that an expression such as {@code self.encoder} stands for; null for anything else. */
    private static @Nullable Module module(Place place, Expression expression) {
        return switch (expression) {
            case Syntax.Name name -> place.modules.get(name.id());
            case Syntax.Attribute attribute -> child(module(place, attribute.target()), attribute.name());
            case Syntax.Call call
            when call.function() instanceof Syntax.Name name
                    && name.id().equals("getattr")
                    && call.arguments().size() == 2
                    && call.arguments().get(1) instanceof Syntax.Literal(String child) ->
                child(module(place, call.arguments().getFirst()), child);
            default -> null;
        };
    }

    private static @Nullable Module child(@Nullable Module parent, String name) {
        return parent != null && parent.object.attributes().get(name) instanceof ScriptObject object
                ? new Module(object, parent.path.isEmpty() ? name : parent.path + "." + name)
                : null;
    }
}
