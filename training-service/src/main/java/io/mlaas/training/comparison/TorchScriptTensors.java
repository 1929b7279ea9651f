package io.mlaas.training.comparison;

import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.torchscript.ScriptObject;
import io.mlaas.onnx.torchscript.StoredTensor;
import io.mlaas.onnx.torchscript.TorchScriptArchive;
import io.mlaas.training.comparison.TensorFile.Unreadable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** The tensors of an archive of {@code torch.jit.save}, by the names of a state dictionary. */
final class TorchScriptTensors {
    private static final int DEEPEST = 100;

    private final SequencedMap<String, TensorView> found = new LinkedHashMap<>();

    private TorchScriptTensors() {}

    static SequencedMap<String, TensorView> read(Path file) throws IOException, Unreadable {
        try {
            TorchScriptArchive archive = TorchScriptArchive.read(file, ReadLimits.DEFAULT);
            TorchScriptTensors tensors = new TorchScriptTensors();
            tensors.collect("", archive.module(), 0);
            tensors.collect("CONSTANTS", archive.constants(), 0);
            return tensors.found;
        } catch (TranslationRefused e) {
            throw new Unreadable(String.valueOf(e.getMessage()));
        }
    }

    private void collect(String name, @Nullable Object value, int depth) throws Unreadable {
        if (depth > DEEPEST) {
            throw new Unreadable(name + ": nested more than " + DEEPEST + " times");
        }
        switch (value) {
            case StoredTensor tensor -> found.put(name, view(name, tensor));
            case ScriptObject object -> {
                for (Map.Entry<String, @Nullable Object> attribute :
                        object.attributes().entrySet()) {
                    collect(joined(name, attribute.getKey()), attribute.getValue(), depth + 1);
                }
            }
            case Map<?, ?> map -> {
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    collect(joined(name, String.valueOf(entry.getKey())), entry.getValue(), depth + 1);
                }
            }
            case List<?> list -> all(name, list, depth);
            case Object[] tuple -> all(name, Arrays.asList(tuple), depth);
            case null, default -> {
                // settings, such as whether it trains
            }
        }
    }

    private void all(String name, List<?> elements, int depth) throws Unreadable {
        for (int i = 0; i < elements.size(); i++) {
            collect(joined(name, Integer.toString(i)), elements.get(i), depth + 1);
        }
    }

    private static String joined(String name, String member) {
        return name.isEmpty() ? member : name + "." + member;
    }

    private static TensorView view(String name, StoredTensor tensor) throws Unreadable {
        NumberType type = NumberType.named(tensor.type().name())
                .orElseThrow(() -> new Unreadable(name + ": elements of type " + tensor.type()));
        return new TensorView(type, Arrays.stream(tensor.sizes()).boxed().toList(), tensor.contents());
    }
}
