package io.mlaas.translate;

import ai.djl.engine.EngineException;
import io.mlaas.neural.engine.PyTorch;
import io.mlaas.neural.engine.TorchScriptRunner;
import io.mlaas.neural.engine.TorchScriptRunner.Argument;
import io.mlaas.neural.engine.TorchScriptRunner.Grouping;
import io.mlaas.neural.engine.TorchScriptRunner.Tensor;
import io.mlaas.onnx.ForwardArgument;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.TensorFacts;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.TypedTensor;
import io.mlaas.onnx.torchscript.StraightProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A PyTorch model on the PyTorch engine: the archive itself where the engine runs it as it is asked for, otherwise, for
 * programs of {@code torch.export}, for code that names operators which the engine lacks and for 64-bit floats, the
 * operators that it calls, one after the other.
 */
public final class PyTorchReference implements Judge {
    private final TorchScriptRunner runner;
    private final OnnxTranslation translation;
    private final boolean straight;

    private PyTorchReference(TorchScriptRunner runner, OnnxTranslation translation, boolean straight) {
        this.runner = runner;
        this.translation = translation;
        this.straight = straight;
    }

    /**
     * @throws IOException when the file cannot be read
     * @throws ai.djl.engine.EngineException when PyTorch refuses the model
     */
    public static PyTorchReference open(Path source, OnnxTranslation translation) throws IOException {
        boolean wide =
                translation.inputs().stream().anyMatch(input -> input.type().equals("float64"));
        Optional<StraightProgram> program = translation.program();
        if (program.isPresent() && (wide || !translation.source().format().equals("torchscript"))) {
            TorchScriptRunner runner = load(file -> program.get().writeOutputsTo(file));
            return new PyTorchReference(runner, translation, true);
        }
        if (wide) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_OPTION,
                    "float64: true (expected: false for this model, whose operators PyTorch cannot be asked for one by one)");
        }
        try {
            return new PyTorchReference(TorchScriptRunner.load(source, false), translation, false);
        } catch (EngineException e) {
            if (program.isPresent() && namesAnUnknownOperator(e)) {
                return new PyTorchReference(load(file -> program.get().writeOutputsTo(file)), translation, true);
            }
            throw e;
        }
    }

    /** Code of a newer PyTorch may name operators that this one lacks, often in branches that are never taken. */
    private static boolean namesAnUnknownOperator(EngineException refusal) {
        return String.valueOf(refusal.getMessage()).contains("Unknown builtin op");
    }

    private interface Archive {
        void writeTo(Path file) throws IOException;
    }

    private static TorchScriptRunner load(Archive archive) throws IOException {
        Path file = Files.createTempFile("mlaas-", ".pt");
        try {
            archive.writeTo(file);
            return TorchScriptRunner.load(file, false);
        } finally {
            Files.delete(file);
        }
    }

    @Override
    public NamedTensors run(NamedTensors inputs) {
        List<Argument> arguments = straight || translation.arguments().isEmpty() ? oneByOne(inputs) : grouped(inputs);
        List<String> names =
                translation.outputs().stream().map(TensorFacts::name).toList();
        return named(names, runner.call(arguments));
    }

    @Override
    public NamedTensors intermediates(NamedTensors inputs) {
        Optional<StraightProgram> program = translation.program();
        if (program.isEmpty()) {
            return new NamedTensors(Map.of());
        }
        try (TorchScriptRunner results = load(file -> program.get().writeResultsTo(file))) {
            return named(List.copyOf(program.get().captured().keySet()), results.call(oneByOne(inputs)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static NamedTensors named(List<String> names, List<Tensor> tensors) {
        Map<String, TypedTensor> named = new LinkedHashMap<>();
        for (int i = 0; i < names.size() && i < tensors.size(); i++) {
            Tensor tensor = tensors.get(i);
            ElementType type = ElementType.ofName(tensor.type()).orElse(ElementType.FLOAT64);
            named.put(names.get(i), TypedTensor.numbers(type, tensor.values(), tensor.shape()));
        }
        return new NamedTensors(named);
    }

    private List<Argument> oneByOne(NamedTensors inputs) {
        return translation.inputs().stream()
                .map(input -> new Argument(Grouping.TENSOR, List.of(tensor(inputs.get(input.name()))), List.of()))
                .toList();
    }

    private List<Argument> grouped(NamedTensors inputs) {
        return translation.arguments().stream()
                .map(argument -> new Argument(
                        grouping(argument.kind()),
                        argument.inputs().stream()
                                .map(name -> tensor(inputs.get(name)))
                                .toList(),
                        argument.keys()))
                .toList();
    }

    private static Grouping grouping(ForwardArgument.Kind kind) {
        return switch (kind) {
            case TENSOR -> Grouping.TENSOR;
            case TUPLE -> Grouping.TUPLE;
            case LIST -> Grouping.LIST;
            case DICTIONARY -> Grouping.DICTIONARY;
        };
    }

    private static Tensor tensor(TypedTensor tensor) {
        return new Tensor(tensor.type().toString(), tensor.doubles(), tensor.shape());
    }

    @Override
    public String engine() {
        String name = "PyTorch " + PyTorch.versions().get("libtorch");
        boolean instead = straight && translation.source().format().equals("torchscript");
        return instead ? name + ", the operators one after the other" : name;
    }

    @Override
    public void close() {
        runner.close();
    }
}
