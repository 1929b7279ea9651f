package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.ModelSource;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.evaluate.Value.TensorValue;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.parity.InputDomain;
import io.mlaas.onnx.script.ScriptCode;
import io.mlaas.onnx.script.SyntaxProblem;
import io.mlaas.onnx.torchscript.TorchScriptArchive;
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
    private final int opset;

    private TorchScriptEvaluation(TorchScriptArchive archive, int opset) {
        this.archive = archive;
        this.opset = opset;
        try {
            this.code = ScriptCode.parse(archive.code());
        } catch (SyntaxProblem e) {
            throw new TranslationRefused(Reason.UNSUPPORTED_CODE, String.valueOf(e.getMessage()), e);
        }
    }

    /** @throws TranslationRefused when there is no translation */
    public static OnnxTranslation translate(TorchScriptArchive archive, TranslationOptions options) {
        if (options.float64()) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_OPTION,
                    "float64: true (expected: false for TorchScript, whose code names its types)");
        }
        TorchScriptEvaluation evaluation = new TorchScriptEvaluation(archive, options.opset());
        InputCard input = InputCard.of(archive.card(), options);
        OnnxTranslation fixed = evaluation.evaluate(input);
        if (!options.dynamicTime() || fixed.operators().keySet().stream().noneMatch(RECURRENT::contains)) {
            return fixed;
        }
        for (int axis = 1; axis < input.shape().rank(); axis++) {
            Optional<OnnxTranslation> dynamic = evaluation.tryWith(input.withDynamic(axis, "time"));
            if (dynamic.isPresent() && dynamic.get().warnings().equals(fixed.warnings())) {
                return dynamic.get();
            }
        }
        return fixed;
    }

    /** The translation for a varying time axis, if the code does not depend on its length. */
    private Optional<OnnxTranslation> tryWith(InputCard input) {
        try {
            return Optional.of(evaluate(input));
        } catch (TranslationRefused e) {
            return Optional.empty();
        }
    }

    private OnnxTranslation evaluate(InputCard card) {
        OnnxGraph graph = new OnnxGraph(opset);
        Tensor x = graph.input("x", card.type(), card.shape());
        graph.reserve("y");
        Evaluator evaluator = new Evaluator(code, archive, graph);
        Value result = forward(evaluator, x);
        graph.locate("", "");
        Map<String, Tensor> outputs = outputs(result);
        InputDomain domain = InputDomain.of(card.sampleShape()).withIndexBound(evaluator.indexBound());
        return OnnxTranslation.of(
                graph,
                graphName(),
                outputs,
                new ModelSource("torchscript", archive.version(), "PyTorch", "", archive.sha256()),
                new TreeMap<>(evaluator.used()),
                List.copyOf(evaluator.warnings()),
                Map.of("x", domain),
                card.task(),
                archive.card());
    }

    private Value forward(Evaluator evaluator, Tensor x) {
        try {
            return evaluator.callMethod(
                    new Value.Instance(archive.module(), ""), "forward", List.of(new TensorValue(x)));
        } catch (StackOverflowError e) {
            // calls and expressions, each within its limit, can be nested in one another
            throw new TranslationRefused(Reason.TOO_LARGE, "the code is nested too deeply", e);
        }
    }

    private String graphName() {
        String name = archive.module().className();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static Map<String, Tensor> outputs(Value result) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        switch (result) {
            case TensorValue tensor -> outputs.put("y", tensor.tensor());
            case Value.Tuple tuple
            when !tuple.items().isEmpty() -> {
                for (Value item : tuple.items()) {
                    outputs.put("y_" + outputs.size(), tensorOf(item));
                }
            }
            default ->
                throw new TranslationRefused(
                        Reason.UNSUPPORTED_CODE,
                        "forward returns " + Values.describe(result) + " (expected: a tensor or a tuple of tensors)");
        }
        return outputs;
    }

    private static Tensor tensorOf(Value item) {
        if (item instanceof TensorValue tensor) {
            return tensor.tensor();
        }
        throw new TranslationRefused(
                Reason.UNSUPPORTED_CODE,
                "forward returns " + Values.describe(item) + " in a tuple (expected: tensors)");
    }
}
