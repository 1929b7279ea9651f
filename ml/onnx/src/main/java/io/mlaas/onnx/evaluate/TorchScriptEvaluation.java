package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.OnnxTranslation.OnnxBytes;
import io.mlaas.onnx.TensorFacts;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.evaluate.Value.TensorValue;
import io.mlaas.onnx.graph.OnnxFile;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Tensor;
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

    private TorchScriptEvaluation(TorchScriptArchive archive) {
        this.archive = archive;
        try {
            this.code = ScriptCode.parse(archive.code());
        } catch (SyntaxProblem e) {
            throw new TranslationRefused(Reason.UNSUPPORTED_CODE, String.valueOf(e.getMessage()), e);
        }
    }

    /** @throws TranslationRefused when there is no translation */
    public static OnnxTranslation translate(TorchScriptArchive archive, TranslationOptions options) {
        TorchScriptEvaluation evaluation = new TorchScriptEvaluation(archive);
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
        OnnxGraph graph = new OnnxGraph();
        Tensor x = graph.input("x", card.type(), card.shape());
        graph.reserve("y");
        Evaluator evaluator = new Evaluator(code, archive, graph);
        Value result = forward(evaluator, x);
        graph.locate("", "");
        Map<String, Tensor> outputs = outputs(result);
        TreeMap<String, String> metadata = new TreeMap<>(Map.of(
                "source_format", "torchscript",
                "source_format_version", archive.version(),
                "source_sha256", archive.sha256()));
        archive.card().ifPresent(text -> metadata.put("mlaas.json", text));
        byte[] onnx = OnnxFile.write(graph, graphName(), outputs, metadata);
        return new OnnxTranslation(
                new OnnxBytes(onnx),
                archive.sha256(),
                "torchscript " + archive.version(),
                OnnxGraph.OPSET,
                List.of(facts("x", x)),
                outputs.entrySet().stream()
                        .map(o -> facts(o.getKey(), o.getValue()))
                        .toList(),
                new TreeMap<>(evaluator.used()),
                List.copyOf(evaluator.warnings()),
                evaluator.indexBound(),
                card.sampleShape(),
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

    private static TensorFacts facts(String name, Tensor tensor) {
        return new TensorFacts(
                name,
                tensor.type().toString(),
                tensor.shape().dims().stream().map(Object::toString).toList());
    }
}
