package io.mlaas.onnx.pickle;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the calls that a pickle asks for amount to, as data. */
final class Constructors {
    private Constructors() {}

    /** @throws TranslationRefused when the name is none that makes data */
    static @Nullable Object call(PickledGlobal global, List<@Nullable Object> arguments) {
        String module = global.module().replace("numpy._core", "numpy.core");
        return switch (module + "." + global.name()) {
            case "numpy.core.multiarray._reconstruct", "numpy.ma.core._mareconstruct" -> new NdArray();
            case "numpy.ndarray" -> new NdArray();
            case "numpy.dtype" -> dtype(arguments.getFirst());
            case "numpy.core.multiarray.scalar" -> scalar(arguments);
            case "numpy.core.numeric._frombuffer" -> fromBuffer(arguments);
            case "numpy.core._ufunc_reconstruct" -> AllowList.resolve("numpy", text(arguments.get(1)));
            case "_codecs.encode" -> encoded(arguments);
            case "copyreg._reconstructor" -> reconstructed(arguments);
            case "copyreg.__newobj__" -> create(type(arguments.getFirst()), rest(arguments, 1));
            case "builtins.set", "builtins.frozenset" ->
                arguments.isEmpty() ? new LinkedHashSet<>() : new LinkedHashSet<>(elements(arguments.getFirst()));
            case "builtins.list" ->
                arguments.isEmpty() ? new ArrayList<>() : new ArrayList<>(elements(arguments.getFirst()));
            case "builtins.bytes", "builtins.bytearray" -> bytes(arguments);
            case "builtins.dict", "collections.OrderedDict" -> dictionary(arguments);
            case "builtins.object",
                    "builtins.slice",
                    "builtins.range",
                    "builtins.complex",
                    "collections.defaultdict",
                    "collections.Counter",
                    "functools.partial",
                    "numpy.random._pickle.__randomstate_ctor",
                    "numpy.random._pickle.__generator_ctor",
                    "numpy.random._pickle.__bit_generator_ctor" -> new PickledObject(global, arguments);
            default -> {
                if (global.name().startsWith("__pyx_unpickle_") || global.name().equals("newObj")) {
                    yield new PickledObject(type(arguments.getFirst()), rest(arguments, 1));
                }
                yield create(global, arguments);
            }
        };
    }

    /** A new instance of a class; functions are not called. */
    static Object create(PickledGlobal type, List<@Nullable Object> arguments) {
        String name = type.name();
        boolean isClass = name.matches("_?_?[A-Z].*") || type.module().startsWith("scipy.");
        if (type.fullName().equals("collections.OrderedDict")) {
            return new LinkedHashMap<>();
        }
        if (!isClass
                && !type.fullName().equals("functools.partial")
                && !type.fullName().equals("builtins.object")) {
            throw new TranslationRefused(
                    Reason.FORBIDDEN_GLOBAL,
                    "the pickle calls " + type.fullName() + " (expected: constructors); nothing was executed");
        }
        return new PickledObject(type, arguments);
    }

    private static Dtype dtype(@Nullable Object code) {
        if (code instanceof PickledGlobal global) {
            return Dtype.of(global.name());
        }
        return Dtype.of(text(code));
    }

    private static @Nullable Object scalar(List<@Nullable Object> arguments) {
        Dtype type = (Dtype) present(arguments.getFirst());
        Object value = arguments.get(1);
        if (type.kind == 'O') {
            return value;
        }
        NdArray array = new NdArray();
        array.fill(type, new long[0], false, rawBytes(value));
        return array.single();
    }

    private static NdArray fromBuffer(List<@Nullable Object> arguments) {
        NdArray array = new NdArray();
        array.fill(
                (Dtype) present(arguments.get(1)),
                shape(arguments.get(2)),
                "F".equals(arguments.get(3)),
                rawBytes(arguments.getFirst()));
        return array;
    }

    /** Bytes as protocols 0 to 2 write them: as Latin-1 text. */
    private static byte[] encoded(List<@Nullable Object> arguments) {
        String charset = arguments.size() > 1 ? text(arguments.get(1)).toLowerCase(Locale.ROOT) : "utf-8";
        return switch (charset) {
            case "latin1", "latin-1" -> text(arguments.getFirst()).getBytes(StandardCharsets.ISO_8859_1);
            case "utf-8", "utf8", "ascii" -> text(arguments.getFirst()).getBytes(StandardCharsets.UTF_8);
            default -> throw new MalformedPickle("encoding: " + charset + " (expected: latin1)");
        };
    }

    private static byte[] bytes(List<@Nullable Object> arguments) {
        if (arguments.isEmpty()) {
            return new byte[0];
        }
        return arguments.getFirst() instanceof String ? encoded(arguments) : rawBytes(arguments.getFirst());
    }

    /** {@code (class, base, state of base)}, as protocols 0 and 1 write objects. */
    private static Object reconstructed(List<@Nullable Object> arguments) {
        PickledGlobal type = type(arguments.getFirst());
        Object created = create(type, List.of());
        if (created instanceof PickledObject object && arguments.get(2) instanceof Map<?, ?> items) {
            items.forEach((key, value) -> object.items().put(key, value));
        }
        return created;
    }

    private static Map<@Nullable Object, @Nullable Object> dictionary(List<@Nullable Object> arguments) {
        Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
        if (!arguments.isEmpty()) {
            for (Object entry : elements(arguments.getFirst())) {
                List<@Nullable Object> pair = elements(entry);
                map.put(pair.getFirst(), pair.get(1));
            }
        }
        return map;
    }

    static long[] shape(@Nullable Object sizes) {
        return elements(sizes).stream()
                .mapToLong(size -> ((Number) present(size)).longValue())
                .toArray();
    }

    static byte[] rawBytes(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        if (value instanceof String text) {
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }
        throw new MalformedPickle("contents of an array (expected: bytes)");
    }

    @SuppressWarnings("unchecked") // whatever a decoded list holds may be null
    static List<@Nullable Object> elements(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return (List<@Nullable Object>) list;
        }
        throw new MalformedPickle("a list or tuple is missing");
    }

    private static PickledGlobal type(@Nullable Object value) {
        if (value instanceof PickledGlobal global) {
            return global;
        }
        throw new MalformedPickle("a class is missing");
    }

    private static String text(@Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof byte[] bytes) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
        throw new MalformedPickle("a text is missing");
    }

    static Object present(@Nullable Object value) {
        if (value == null) {
            throw new MalformedPickle("None where a value is expected");
        }
        return value;
    }

    private static List<@Nullable Object> rest(List<@Nullable Object> list, int from) {
        return list.subList(from, list.size());
    }
}
