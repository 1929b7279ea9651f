package io.mlaas.onnx.keras;

import io.jhdf.api.Attribute;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.numeric.Array;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Weights of a model in one HDF5 file: a group for each layer of the model, which lists the names of all weights inside of
 * it, such as {@code bidirectional/forward_lstm/lstm_cell/kernel:0}. Layers within layers are found by their names.
 */
final class NamedWeights implements WeightStore {
    private static final Map<String, String> PROJECTIONS = Map.of(
            "query", "query_dense", "key", "key_dense", "value", "value_dense", "attention_output", "output_dense");
    private static final Set<String> WITH_PROJECTIONS =
            Set.of("MultiHeadAttention", "GroupedQueryAttention", "GroupQueryAttention");
    private static final Set<String> WITH_CELL =
            Set.of("LSTM", "GRU", "SimpleRNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D");

    /** By the layer of the model, then by name, in the layer's order. */
    private final Map<String, Map<String, Array>> layers = new HashMap<>();

    /** @param group {@code model_weights} */
    static NamedWeights read(Group group, int length, ReadLimits limits) {
        Map<String, Array> tensors = Weights.tensors(group, length, limits);
        NamedWeights weights = new NamedWeights();
        for (String layer : texts(group, "layer_names")) {
            Node own = group.getByPath(layer);
            Map<String, Array> named = new LinkedHashMap<>();
            for (String name : own instanceof Group holder ? texts(holder, "weight_names") : List.<String>of()) {
                Array tensor = tensors.get(layer + "/" + name);
                if (tensor != null && !name.contains("seed_generator")) {
                    named.put(name, tensor);
                }
            }
            weights.layers.put(layer, named);
        }
        return weights;
    }

    /** Keras cuts long lists into pieces with numbers behind their name. */
    private static List<String> texts(Group group, String name) {
        List<String> texts = new ArrayList<>();
        add(group.getAttribute(name), texts);
        for (int i = 0; group.getAttribute(name + i) != null; i++) {
            add(group.getAttribute(name + i), texts);
        }
        return texts;
    }

    private static void add(@Nullable Attribute attribute, List<String> texts) {
        if (attribute != null && !attribute.isEmpty() && attribute.getData() instanceof String[] all) {
            texts.addAll(List.of(all));
        }
    }

    @Override
    public Map<String, Array> of(Place place, String kind) {
        List<String> names = place.names();
        Map<String, Array> all = layers.getOrDefault(names.getFirst(), Map.of());
        List<String> inner = names.subList(1, names.size());
        Map<String, Array> own = inside(all, inner);
        if (own.isEmpty() && !inner.isEmpty()) {
            // models within models did not always give their names to their weights
            own = inside(all, List.of(inner.getLast()));
        }
        if (own.isEmpty() && !inner.isEmpty() && place.path().endsWith("/layer")) {
            // nor did what is wrapped
            own = inside(all, inner.subList(0, inner.size() - 1));
        }
        return numbered(own, place, kind);
    }

    /** Those whose names lead through all of these; where several places do, those of the outermost. */
    private static Map<String, Array> inside(Map<String, Array> all, List<String> names) {
        Map<String, Map<String, Array>> places = new TreeMap<>(
                (a, b) -> a.length() != b.length() ? Integer.compare(a.length(), b.length()) : a.compareTo(b));
        all.forEach((name, tensor) -> {
            String path = "/" + name;
            int at = 0;
            for (String each : names) {
                int found = path.indexOf("/" + each + "/", at);
                if (found < 0) {
                    return;
                }
                at = found + each.length() + 1;
            }
            places.computeIfAbsent(path.substring(0, at), p -> new LinkedHashMap<>())
                    .put(path.substring(at + 1), tensor);
        });
        return places.isEmpty() ? Map.of() : places.values().iterator().next();
    }

    private static Map<String, Array> numbered(Map<String, Array> named, Place place, String kind) {
        Map<String, Array> numbered = new TreeMap<>();
        Map<String, Integer> counts = new HashMap<>();
        named.forEach((name, tensor) -> {
            String prefix = WITH_CELL.contains(kind)
                    ? "cell/"
                    : WITH_PROJECTIONS.contains(kind) ? projection(name, place) + "/" : "";
            int number = counts.merge(prefix, 1, Integer::sum) - 1;
            numbered.put(prefix + number, tensor);
        });
        return numbered;
    }

    private static String projection(String name, Place place) {
        String[] parts = name.split("/", -1);
        String projection = parts.length < 2 ? null : PROJECTIONS.get(parts[parts.length - 2]);
        if (projection == null) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE,
                    "layer " + place.path() + ": weight " + name + " (expected: of " + PROJECTIONS.keySet() + ")");
        }
        return projection;
    }
}
