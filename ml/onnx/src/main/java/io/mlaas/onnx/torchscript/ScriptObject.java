package io.mlaas.onnx.torchscript;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object of the archive as an inert record: the name of its class and its attributes. Attributes are numbers,
 * {@link Boolean}, {@link String}, {@link StoredTensor}, {@link ScriptObject}, lists, arrays (tuples), maps, or
 * null.
 */
public final class ScriptObject {
    private final String className;
    private Map<String, @Nullable Object> attributes = new LinkedHashMap<>();

    ScriptObject(String className) {
        this.className = className;
    }

    /** Full name, such as {@code __torch__.torch.nn.modules.linear.Linear}. */
    public String className() {
        return className;
    }

    public Map<String, @Nullable Object> attributes() {
        return attributes;
    }

    void restore(Map<String, @Nullable Object> state) {
        attributes = state;
    }
}
