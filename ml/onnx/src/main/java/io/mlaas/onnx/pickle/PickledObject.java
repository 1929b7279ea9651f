package io.mlaas.onnx.pickle;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An instance of a Python class, decoded: its class's name, the arguments of its constructor and its attributes. Values
 * are {@code null}, {@link Boolean}, {@link Long}, {@link java.math.BigInteger}, {@link Double}, {@link String},
 * {@code byte[]}, {@link List} (lists and tuples), {@link Map}, {@link java.util.Set}, {@link NdArray},
 * {@link PickledGlobal} and other objects; NumPy scalars are plain numbers and strings. Objects may contain themselves.
 * Equal only to itself.
 */
public final class PickledObject {
    private final PickledGlobal type;
    private final List<@Nullable Object> arguments;
    private final Map<String, @Nullable Object> state = new LinkedHashMap<>();
    private final Map<@Nullable Object, @Nullable Object> items = new LinkedHashMap<>();

    /** For readers of other formats that shape their models alike. */
    public PickledObject(PickledGlobal type, List<@Nullable Object> arguments) {
        this.type = type;
        this.arguments = Collections.unmodifiableList(arguments);
    }

    /** Such as {@code sklearn.linear_model._logistic.LogisticRegression}. */
    public String className() {
        return type.fullName();
    }

    /** Such as {@code LogisticRegression}. */
    public String simpleName() {
        return type.name();
    }

    public String module() {
        return type.module();
    }

    /** What the constructor was called with, such as those of {@code sklearn.tree._tree.Tree}. */
    public List<@Nullable Object> arguments() {
        return arguments;
    }

    /** Attributes by name; a state that is no dictionary is under {@code __state__}. */
    public Map<String, @Nullable Object> state() {
        return state;
    }

    /** Entries of a class that extends {@code dict}. */
    public Map<@Nullable Object, @Nullable Object> items() {
        return items;
    }

    /** Whether the attribute exists and is not {@code None}. */
    public boolean has(String attribute) {
        return state.get(attribute) != null;
    }

    public @Nullable Object get(String attribute) {
        return state.get(attribute);
    }

    /** @throws TranslationRefused when there is no such attribute or it is no array */
    public NdArray array(String attribute) {
        return required(attribute, NdArray.class, "an array");
    }

    public PickledObject object(String attribute) {
        return required(attribute, PickledObject.class, "an object");
    }

    public String text(String attribute) {
        return required(attribute, String.class, "a text");
    }

    public String text(String attribute, String otherwise) {
        return has(attribute) ? text(attribute) : otherwise;
    }

    public List<?> list(String attribute) {
        Object value = state.get(attribute);
        if (value instanceof NdArray array) {
            return array.toList();
        }
        return required(attribute, List.class, "a list");
    }

    /** A number, also one in an array of a single element; booleans are 0 and 1. */
    public double number(String attribute) {
        Object value = state.get(attribute);
        if (value instanceof Boolean truth) {
            return truth ? 1 : 0;
        }
        if (value instanceof NdArray array && array.size() == 1) {
            return array.doubles()[0];
        }
        return required(attribute, Number.class, "a number").doubleValue();
    }

    public double number(String attribute, double otherwise) {
        return has(attribute) ? number(attribute) : otherwise;
    }

    /** @throws TranslationRefused also when it is no integer that fits */
    public int integer(String attribute) {
        double value = number(attribute);
        if (value != (int) value) {
            throw wrong(attribute, "an integer");
        }
        return (int) value;
    }

    public boolean flag(String attribute, boolean otherwise) {
        Object value = state.get(attribute);
        return value == null ? otherwise : number(attribute) != 0;
    }

    private <T> T required(String attribute, Class<T> kind, String expected) {
        Object value = state.get(attribute);
        if (!kind.isInstance(value)) {
            throw wrong(attribute, expected);
        }
        return kind.cast(value);
    }

    private TranslationRefused wrong(String attribute, String expected) {
        Object value = state.get(attribute);
        String found = value == null
                ? state.containsKey(attribute) ? "None" : "missing"
                : value instanceof PickledObject object
                        ? object.simpleName()
                        : value.getClass().getSimpleName();
        return new TranslationRefused(
                Reason.DAMAGED, simpleName() + "." + attribute + ": " + found + " (expected: " + expected + ")");
    }

    @Override
    public String toString() {
        return className() + state.keySet();
    }
}
