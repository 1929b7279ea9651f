package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.ModelSource;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.Unsupported;
import io.mlaas.onnx.evaluate.ForwardInputs.Argument;
import io.mlaas.onnx.evaluate.InputCard.Declared;
import io.mlaas.onnx.evaluate.Value.TensorValue;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.parity.InputDomain;
import io.mlaas.onnx.script.ScriptCode;
import io.mlaas.onnx.script.Syntax.Parameter;
import io.mlaas.onnx.script.SyntaxProblem;
import io.mlaas.onnx.torchscript.TorchScriptArchive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** From an archive to an ONNX file: evaluates {@code forward} on a symbolic input and writes down what it computes. */
public final class TorchScriptEvaluation {
    private static final Set<String> RECURRENT = Set.of("torch.lstm", "torch.gru", "torch.rnn_tanh", "torch.rnn_relu");

    private final TorchScriptArchive archive;
    private final ScriptCode code;
    private final TranslationOptions options;

    private TorchScriptEvaluation(TorchScriptArchive archive, TranslationOptions options) {
        this.archive = archive;
        this.options = options;
        try {
            this.code = ScriptCode.parse(archive.code());
        } catch (SyntaxProblem e) {
            throw new TranslationRefused(Reason.UNSUPPORTED_CODE, String.valueOf(e.getMessage()), e);
        }
    }

    /** @throws TranslationRefused when there is no translation */
    public static OnnxTranslation translate(TorchScriptArchive archive, TranslationOptions options) {
        return new TorchScriptEvaluation(archive, options).translate();
    }

    /**
     * What keeps it from being translated: where the translation stops, and every operator that is not in the table. Nothing
     * where the shapes of the inputs are missing, which is no fault of the operators.
     */
    public static List<Unsupported> unsupported(TorchScriptArchive archive, TranslationOptions options) {
        TorchScriptEvaluation evaluation = new TorchScriptEvaluation(archive, options);
        try {
            evaluation.translate();
            return List.of();
        } catch (TranslationRefused e) {
            if (e.reason() != Reason.UNSUPPORTED_OPERATOR && e.reason() != Reason.UNSUPPORTED_CODE) {
                return List.of();
            }
            List<Unsupported> all = new ArrayList<>(Survey.of(evaluation.code, archive.module()));
            if (all.isEmpty() || e.reason() == Reason.UNSUPPORTED_CODE) {
                all.addFirst(new Unsupported(e.reason().name(), String.valueOf(e.getMessage()), 1));
            }
            return all;
        }
    }

    private OnnxTranslation translate() {
        ForwardInputs inputs = ForwardInputs.of(archive.card(), parameters(), options);
        OnnxTranslation fixed = evaluate(inputs);
        if (!options.dynamicTime() || fixed.operators().keySet().stream().noneMatch(RECURRENT::contains)) {
            return fixed;
        }
        for (int axis = 1; inputs.withDynamic(axis, "time").isPresent(); axis++) {
            Optional<OnnxTranslation> dynamic =
                    tryWith(inputs.withDynamic(axis, "time").get());
            if (dynamic.isPresent() && dynamic.get().warnings().equals(fixed.warnings())) {
                return dynamic.get();
            }
        }
        return fixed;
    }

    private List<Parameter> parameters() {
        return code.classNamed(archive.module().className())
                .map(c -> c.methods().get("forward"))
                .orElseThrow(() -> new TranslationRefused(
                        Reason.UNSUPPORTED_CODE, archive.module().className() + " has no method forward"))
                .parameters();
    }

    /** The translation for a varying time axis, if the code does not depend on its length. */
    private Optional<OnnxTranslation> tryWith(ForwardInputs inputs) {
        try {
            return Optional.of(evaluate(inputs));
        } catch (TranslationRefused e) {
            return Optional.empty();
        }
    }

    private OnnxTranslation evaluate(ForwardInputs inputs) {
        OnnxGraph graph = new OnnxGraph(options.opset());
        Evaluator evaluator = new Evaluator(code, archive, graph, options.floatType());
        List<Value> arguments = inputs.arguments().stream()
                .map(argument -> argument(argument, graph, evaluator))
                .toList();
        String prefix = inputs.inputs().stream().anyMatch(input -> input.name().matches("y|y_[0-9]+")) ? "output" : "y";
        graph.reserve(prefix);
        Value result = forward(evaluator, arguments);
        graph.locate("", "");
        Map<String, TensorValue> outputs = outputs(prefix, result);
        Map<String, InputDomain> domains = new LinkedHashMap<>();
        inputs.inputs()
                .forEach(input -> domains.put(
                        input.name(),
                        evaluator
                                .packed()
                                .domain(input, inputs.inputs(), InputDomain.of(input.sampleShape()))
                                .withIndexBound(evaluator.indexBound())));
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        outputs.forEach((name, value) -> tensors.put(name, value.tensor()));
        return OnnxTranslation.of(
                        graph,
                        graphName(),
                        tensors,
                        new ModelSource("torchscript", archive.version(), "PyTorch", "", archive.sha256()),
                        new TreeMap<>(evaluator.used()),
                        List.copyOf(evaluator.warnings()),
                        domains,
                        inputs.task(),
                        archive.card())
                .withProgram(inputs.described(), evaluator.line().finished(outputs));
    }

    private static Value argument(Argument argument, OnnxGraph graph, Evaluator evaluator) {
        List<Value> tensors = new ArrayList<>();
        for (Declared input : argument.inputs()) {
            TensorValue value = new TensorValue(graph.input(input.name(), input.type(), input.shape()));
            evaluator.line().input(value);
            tensors.add(value);
        }
        return switch (argument.kind()) {
            case TENSOR -> tensors.getFirst();
            case TUPLE -> new Value.Tuple(tensors);
            case LIST -> Value.Items.of(tensors);
            case DICTIONARY -> {
                Map<Value, Value> entries = new LinkedHashMap<>();
                for (int i = 0; i < tensors.size(); i++) {
                    entries.put(new Value.Text(argument.keys().get(i)), tensors.get(i));
                }
                yield new Value.Dictionary(entries);
            }
        };
    }

    private Value forward(Evaluator evaluator, List<Value> arguments) {
        try {
            return evaluator.callMethod(new Value.Instance(archive.module(), ""), "forward", arguments);
        } catch (StackOverflowError e) {
            // calls and expressions, each within its limit, can be nested in one another
            throw new TranslationRefused(Reason.TOO_LARGE, "the code is nested too deeply", e);
        }
    }

    private String graphName() {
        String name = archive.module().className();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** Tuples and lists, also within one another, are taken apart in order, as PyTorch's engine does. */
    private static Map<String, TensorValue> outputs(String prefix, Value result) {
        Map<String, TensorValue> outputs = new LinkedHashMap<>();
        if (result instanceof TensorValue tensor) {
            outputs.put(prefix, tensor);
        } else {
            collect(prefix, result, outputs);
        }
        if (outputs.isEmpty()) {
            throw returns(result);
        }
        return outputs;
    }

    private static void collect(String prefix, Value value, Map<String, TensorValue> outputs) {
        switch (value) {
            case TensorValue tensor -> outputs.put(prefix + "_" + outputs.size(), tensor);
            case Value.Tuple tuple -> tuple.items().forEach(item -> collect(prefix, item, outputs));
            case Value.Items list -> List.copyOf(list.items()).forEach(item -> collect(prefix, item, outputs));
            default -> throw returns(value);
        }
    }

    private static TranslationRefused returns(Value value) {
        return new TranslationRefused(
                Reason.UNSUPPORTED_CODE,
                "forward returns " + Values.describe(value) + " (expected: a tensor, or tuples and lists of tensors)");
    }
}
