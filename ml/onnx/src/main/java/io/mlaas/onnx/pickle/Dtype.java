package io.mlaas.onnx.pickle;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The element type of a NumPy array: kind as in {@code f8}, or named fields at offsets. */
final class Dtype {
    private static final int MAX_FIELDS = 1000;

    /** A part of a structured element. */
    record Field(Dtype type, int offset) {}

    final char kind;
    private int itemSize;
    private boolean bigEndian;
    private final Map<String, Field> fields = new LinkedHashMap<>();

    private Dtype(char kind, int itemSize, boolean bigEndian) {
        this.kind = kind;
        this.itemSize = itemSize;
        this.bigEndian = bigEndian;
    }

    /** @param code such as {@code f8}, {@code <i8}, {@code U12}, {@code O8}, {@code V64}; also NumPy's names of scalars */
    static Dtype of(String code) {
        String text = code;
        boolean big = false;
        if (!text.isEmpty() && "<>=|".indexOf(text.charAt(0)) >= 0) {
            big = text.charAt(0) == '>';
            text = text.substring(1);
        }
        text = switch (text) {
            case "float64", "d" -> "f8";
            case "float32", "f" -> "f4";
            case "int64", "l", "q" -> "i8";
            case "int32", "i" -> "i4";
            case "bool", "bool_", "?" -> "b1";
            case "b" -> "i1";
            case "object", "object_" -> "O8";
            default -> text;
        };
        if (text.isEmpty() || "fiubOUSVcMm".indexOf(text.charAt(0)) < 0) {
            throw new MalformedPickle("dtype: " + brief(code) + " (expected: one such as f8)");
        }
        char kind = text.charAt(0);
        String digits = text.substring(1);
        if (digits.length() > 9 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new MalformedPickle("dtype: " + brief(code) + " (expected: one such as f8)");
        }
        int number = digits.isEmpty() ? 0 : Integer.parseInt(digits);
        int size = kind == 'O' ? 8 : kind == 'U' ? Math.multiplyExact(number, 4) : number;
        boolean known =
                switch (kind) {
                    case 'f' -> size == 2 || size == 4 || size == 8;
                    case 'i', 'u' -> size == 1 || size == 2 || size == 4 || size == 8;
                    case 'b' -> size == 1;
                    default -> true;
                };
        if (!known) {
            throw new MalformedPickle("dtype: " + brief(code) + " (expected: a size that has a counterpart in Java)");
        }
        return new Dtype(kind, size, big);
    }

    private static String brief(String code) {
        return code.length() > 40 ? code.substring(0, 40) + "…" : code;
    }

    /** What {@code dtype.__setstate__} does. */
    void restore(List<?> state) {
        bigEndian = ">".equals(state.get(1));
        if (state.get(2) != null) {
            throw new MalformedPickle("dtype of sub-arrays (expected: scalars or records)");
        }
        if (kind == 'V' || kind == 'U' || kind == 'S') {
            long size = ((Number) at(state, 5)).longValue();
            if (size < 0 || size > 1 << 20) {
                throw new MalformedPickle("dtype of " + size + " bytes (expected: <= " + (1 << 20) + ")");
            }
            itemSize = (int) size;
        }
        if (state.get(3) instanceof List<?> names && state.get(4) instanceof Map<?, ?> parts) {
            if (names.size() > MAX_FIELDS) {
                throw new MalformedPickle("dtype of " + names.size() + " fields");
            }
            for (Object name : names) {
                List<?> part = (List<?>) at(parts, name);
                Field field = new Field((Dtype) at(part, 0), ((Number) at(part, 1)).intValue());
                if (field.type == this
                        || !field.type.fields.isEmpty()
                        || field.type.kind == 'O'
                        || field.offset < 0
                        || field.offset > itemSize - field.type.itemSize) {
                    throw new MalformedPickle("dtype: field " + name + " reaches outside its record");
                }
                fields.put((String) name, field);
            }
        }
    }

    private static Object at(List<?> list, int index) {
        Object value = list.get(index);
        if (value == null) {
            throw new MalformedPickle("dtype with a part missing");
        }
        return value;
    }

    private static Object at(Map<?, ?> map, @Nullable Object key) {
        Object value = map.get(key);
        if (value == null) {
            throw new MalformedPickle("dtype with a field missing");
        }
        return value;
    }

    int itemSize() {
        return itemSize;
    }

    boolean isBigEndian() {
        return bigEndian;
    }

    Map<String, Field> fields() {
        return fields;
    }

    @Override
    public String toString() {
        return fields.isEmpty() ? kind + Integer.toString(itemSize) : "record" + fields.keySet();
    }
}
