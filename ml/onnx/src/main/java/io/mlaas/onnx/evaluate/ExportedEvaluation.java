package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.ModelSource;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.Unsupported;
import io.mlaas.onnx.evaluate.Value.TensorValue;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.parity.InputDomain;
import io.mlaas.onnx.script.ScriptCode;
import io.mlaas.onnx.script.Syntax;
import io.mlaas.onnx.torchscript.ExportedProgram;
import io.mlaas.onnx.torchscript.StoredTensor;
import io.mlaas.onnx.torchscript.StraightProgram;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** From an exported program to an ONNX file: its nodes are calls of the same operators that TorchScript's code calls. */
public final class ExportedEvaluation {
    private static final Map<String, String> PYTHON = Map.ofEntries(
            Map.entry("truediv", "torch.div"),
            Map.entry("mod", "torch.remainder"),
            Map.entry("and_", "torch.__and__"),
            Map.entry("or_", "torch.__or__"));
    private static final Map<String, String> RENAMED = Map.of(
            "torch.sym_size", "torch.size",
            "torch.sym_numel", "torch.numel");

    private final ExportedProgram program;
    private final JsonNode module;
    private final OnnxGraph graph;
    private final Evaluator evaluator;
    private final ElementType floatType;
    private final ScriptCode code = ScriptCode.parse(new TreeMap<>());
    private final Map<String, Value> values = new HashMap<>();
    private final Map<String, InputDomain> domains = new LinkedHashMap<>();
    private final Map<String, Tensor> stored = new HashMap<>();
    private final Map<String, StoredTensor> widened = new HashMap<>();
    private final Map<String, Dim> symbols = new HashMap<>();

    private ExportedEvaluation(ExportedProgram program, TranslationOptions options) {
        this.program = program;
        this.module = program.program().path("graph_module");
        this.graph = new OnnxGraph(options.opset());
        this.evaluator = new Evaluator(code, graph, options.floatType());
        this.floatType = options.floatType();
    }

    /** @throws TranslationRefused when there is no translation */
    public static OnnxTranslation translate(ExportedProgram program, TranslationOptions options) {
        return new ExportedEvaluation(program, options).evaluate(options);
    }

    /** Every operator that is not in the table, with its first node and how often it occurs. */
    public static List<Unsupported> unsupported(ExportedProgram program) {
        Map<String, Unsupported> found = new TreeMap<>();
        for (JsonNode node :
                program.program().path("graph_module").path("graph").path("nodes")) {
            String name = operator(node.path("target").asString(""));
            boolean known = isCheck(name)
                    || OperatorTable.standard().find(name).isPresent()
                    || OperatorTable.standard().findInPlace(name).isPresent();
            if (!known) {
                String where = path(node) + ", node " + node.path("name").asString("");
                found.merge(
                        name,
                        new Unsupported(name, where, 1),
                        (a, b) -> new Unsupported(name, a.where(), a.times() + 1));
            }
        }
        return List.copyOf(found.values());
    }

    private OnnxTranslation evaluate(TranslationOptions options) {
        JsonNode inputs = module.path("signature").path("input_specs");
        for (JsonNode spec : inputs) {
            input(spec, options.dynamicBatch());
        }
        List<String> wanted = new ArrayList<>();
        for (JsonNode spec : module.path("signature").path("output_specs")) {
            Map.Entry<String, JsonNode> kind = ExportedArguments.kind(spec);
            if (!kind.getKey().equals("user_output")) {
                throw refuse(kind.getKey() + " (expected: a program that changes none of its own tensors)");
            }
            JsonNode argument = kind.getValue().path("arg");
            wanted.add(argument.path("as_tensor").path("name").asString(""));
        }
        for (int i = 0; i < Math.max(1, wanted.size()); i++) {
            graph.reserve(outputName(i, wanted.size()));
        }
        int number = 0;
        for (JsonNode node : module.path("graph").path("nodes")) {
            node(node, ++number);
        }
        graph.locate("", "");
        ExportedArguments arguments = new ExportedArguments(values);
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        Map<String, TensorValue> results = new LinkedHashMap<>();
        for (int i = 0; i < wanted.size(); i++) {
            if (!(arguments.named(wanted.get(i)) instanceof TensorValue tensor)) {
                throw refuse("output " + i + " (expected: a tensor)");
            }
            outputs.put(outputName(i, wanted.size()), tensor.tensor());
            results.put(outputName(i, wanted.size()), tensor);
        }
        if (outputs.isEmpty()) {
            throw refuse("a program without outputs (expected: tensors)");
        }
        domains.replaceAll((name, domain) -> domain.withIndexBound(evaluator.indexBound()));
        return OnnxTranslation.of(
                        graph,
                        "exported",
                        outputs,
                        new ModelSource(
                                "torch-export", program.version(), "PyTorch", program.torchVersion(), program.sha256()),
                        new TreeMap<>(evaluator.used()),
                        List.copyOf(evaluator.warnings()),
                        domains,
                        Optional.empty(),
                        Optional.empty())
                .withProgram(List.of(), evaluator.line().finished(results).map(StraightProgram::withNewestOperators));
    }

    private static String outputName(int i, int count) {
        return count == 1 ? "y" : "y_" + i;
    }

    private static TranslationRefused refuse(String message) {
        return new TranslationRefused(Reason.UNSUPPORTED_CODE, message);
    }

    private void input(JsonNode spec, boolean dynamic) {
        Map.Entry<String, JsonNode> kind = ExportedArguments.kind(spec);
        JsonNode content = kind.getValue();
        String name = content.path("arg").path("name").asString("");
        switch (kind.getKey()) {
            case "parameter" -> stored(name, content.path("parameter_name").asString(""));
            case "buffer" -> stored(name, content.path("buffer_name").asString(""));
            case "tensor_constant" ->
                stored(name, content.path("tensor_constant_name").asString(""));
            case "user_input" -> userInput(content.path("arg"), dynamic);
            default -> throw refuse("an input of kind " + kind.getKey() + " (expected: tensors)");
        }
    }

    private void stored(String name, String wanted) {
        StoredTensor narrow = program.tensors().get(wanted);
        if (narrow == null) {
            throw new TranslationRefused(Reason.DAMAGED, "tensor " + wanted + " is not in the archive");
        }
        StoredTensor tensor = floatType == ElementType.FLOAT64 && narrow.type() == ElementType.FLOAT32
                ? widened.computeIfAbsent(narrow.key(), key -> narrow.asFloat64())
                : narrow;
        Tensor constant = stored.computeIfAbsent(
                tensor.key(),
                k -> graph.initializer(wanted, tensor.type(), Shape.of(tensor.sizes()), tensor.contents()));
        values.put(
                name,
                new TensorValue(
                        new TensorValue.Content(constant, Optional.of(tensor), java.util.OptionalDouble.empty())));
    }

    private void userInput(JsonNode argument, boolean dynamic) {
        String name = argument.path("as_tensor").path("name").asString("");
        JsonNode meta = module.path("graph").path("tensor_values").path(name);
        if (name.isEmpty() || !meta.isObject()) {
            throw refuse("an input that is no tensor (expected: tensors)");
        }
        List<Dim> dims = new ArrayList<>();
        List<Integer> sample = new ArrayList<>();
        for (JsonNode size : meta.path("sizes")) {
            Dim dim = ExportedArguments.size(size, name);
            long usual = dim.isConstant()
                    ? dim.value()
                    : Math.max(
                            1, size.path("as_expr").path("hint").path("as_int").asLong(1));
            if (usual > Integer.MAX_VALUE) {
                throw refuse(name + ": size " + usual);
            }
            if (!dim.isConstant()) {
                boolean first = dims.isEmpty();
                dim = dynamic
                        ? symbols.computeIfAbsent(dim.toString(), s -> first ? InputCard.BATCH : Dim.symbol(s))
                        : Dim.of(first ? 1 : usual);
            }
            dims.add(dim);
            sample.add((int) usual);
        }
        ElementType type = ExportedProgram.typeOf(meta.path("dtype").asLong(0));
        Tensor input = graph.input(name, type == ElementType.FLOAT32 ? floatType : type, new Shape(dims));
        TensorValue value = new TensorValue(input);
        evaluator.line().input(value);
        values.put(name, value);
        domains.put(input.name(), InputDomain.of(sample.isEmpty() ? sample : sample.subList(1, sample.size())));
    }

    /** {@code torch.ops.aten.conv2d.default} is what TorchScript calls {@code torch.conv2d}. */
    private static String operator(String target) {
        if (target.startsWith("_operator.")) {
            String name = target.substring("_operator.".length());
            return PYTHON.getOrDefault(name, "torch." + name);
        }
        if (!target.startsWith("torch.ops.aten.")) {
            return target;
        }
        String name = target.substring("torch.ops.aten.".length());
        String full = "torch." + (name.contains(".") ? name.substring(0, name.indexOf('.')) : name);
        return RENAMED.getOrDefault(full, full);
    }

    private static boolean isCheck(String operator) {
        return operator.startsWith("torch._assert") || operator.startsWith("torch.sym_constrain");
    }

    /** The module a node belongs to, such as {@code encoder.0}: the last of its stack. */
    private static String path(JsonNode node) {
        String stack = node.path("metadata").path("nn_module_stack").asString("");
        String last = stack.substring(stack.lastIndexOf(';') + 1);
        String[] parts = last.split(",", -1);
        return parts.length == 3 && !parts[1].contains("hook") ? parts[1] : "";
    }

    private void node(JsonNode node, int number) {
        String operator = operator(node.path("target").asString(""));
        if (isCheck(operator)) {
            return;
        }
        String name = nameOf(node);
        Frame frame = new Frame(
                code, new Syntax.Function(program.file() + " " + name, name, List.of(), List.of()), path(node));
        frame.line = number;
        ExportedArguments arguments = new ExportedArguments(values);
        List<Value> positional = new ArrayList<>();
        Map<String, Value> named = new LinkedHashMap<>();
        for (JsonNode input : node.path("inputs")) {
            Value value = arguments.value(input.path("arg"));
            if (isNamed(operator, input)) {
                named.put(input.path("name").asString(""), value);
            } else {
                positional.add(value);
            }
        }
        results(frame, node.path("outputs"), evaluator.callNamed(frame, operator, positional, named));
    }

    /** Before 2.8 only results have names. */
    private static String nameOf(JsonNode node) {
        String name = node.path("name").asString("");
        JsonNode outputs = node.path("outputs");
        return name.isEmpty() && !outputs.isEmpty()
                ? String.valueOf(name(ExportedArguments.kind(outputs.get(0)).getValue()))
                : name;
    }

    /**
     * Whether an argument is given by its name. Since 2.8 the program says so; before, it has the name that the operator's schema
     * has for each, and leaves those out whose defaults are meant: so what has a default is taken by its name.
     */
    private static boolean isNamed(String operator, JsonNode input) {
        if (input.has("kind")) {
            return input.path("kind").asInt(1) == 2;
        }
        String name = input.path("name").asString("");
        return OperatorTable.standard()
                .find(operator)
                .or(() -> OperatorTable.standard().findInPlace(operator))
                .filter(found -> found.parameters().stream()
                        .anyMatch(p -> p.name().equals(name) && p.defaultValue().isPresent()))
                .isPresent();
    }

    private void results(Frame frame, JsonNode outputs, Value result) {
        if (outputs.size() == 1) {
            Map.Entry<String, JsonNode> only = ExportedArguments.kind(outputs.get(0));
            if (only.getKey().equals("as_tensors")) {
                assign(frame, only.getValue(), result);
            } else {
                assign(name(only.getValue()), result);
            }
        } else if (outputs.size() > 1) {
            List<JsonNode> names = new ArrayList<>();
            outputs.forEach(o -> names.add(ExportedArguments.kind(o).getValue()));
            assign(frame, names, result);
        }
    }

    private void assign(Frame frame, Iterable<JsonNode> names, Value result) {
        List<Value> items =
                switch (result) {
                    case Value.Items list -> list.items();
                    case Value.Tuple tuple -> tuple.items();
                    default -> throw frame.unsupported(Values.describe(result) + " (expected: several values)");
                };
        int next = 0;
        for (JsonNode name : names) {
            if (next < items.size()) {
                assign(name(name), items.get(next++));
            }
        }
    }

    private static @Nullable String name(JsonNode output) {
        String name = output.path("name").asString(output.path("as_name").asString(""));
        return name.isEmpty() ? null : name;
    }

    private void assign(@Nullable String name, Value value) {
        if (name != null) {
            values.put(name, value);
        }
    }
}
