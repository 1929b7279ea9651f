package io.mlaas.onnx.keras;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a layer is in its model.
 *
 * @param path as it is told to people
 * @param stored where an archive keeps its weights
 * @param names of the layers around it and of itself, outermost first
 */
record Place(String path, String stored, List<String> names) {
    static final Place OUTSIDE = new Place("", "", List.of());

    Place in(String key, String storedKey, String name) {
        List<String> inner = new ArrayList<>(names);
        inner.add(name);
        return new Place(joined(path, key), joined(stored, storedKey), List.copyOf(inner));
    }

    private static String joined(String outer, String inner) {
        return outer.isEmpty() ? inner : outer + "/" + inner;
    }
}
