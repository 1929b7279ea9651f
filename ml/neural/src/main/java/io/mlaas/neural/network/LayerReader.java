package io.mlaas.neural.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the list of layers of a description. */
final class LayerReader {
    /** Names become attributes of a TorchScript module. */
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");

    private static final Set<String> RESERVED = Set.of(
            "training",
            "forward",
            "self",
            "torch",
            "and",
            "as",
            "assert",
            "async",
            "await",
            "break",
            "class",
            "continue",
            "def",
            "del",
            "elif",
            "else",
            "except",
            "finally",
            "for",
            "from",
            "global",
            "if",
            "import",
            "in",
            "is",
            "lambda",
            "nonlocal",
            "not",
            "or",
            "pass",
            "raise",
            "return",
            "try",
            "while",
            "with",
            "yield",
            "none",
            "x",
            "ops",
            "uninitialized",
            "annotate",
            "inf",
            "nan",
            "fork",
            "print",
            "mode",
            "train",
            "eval",
            "parameters",
            "modules",
            "children",
            "buffers",
            "apply",
            "to",
            "type",
            "half",
            "float",
            "double",
            "cpu",
            "cuda",
            "save",
            "copy",
            "state_dict",
            "load_state_dict",
            "code",
            "graph",
            "original_name",
            "define",
            "dump",
            "compile");

    private static final Map<String, Function<JsonFields, Layer>> TYPES = types();

    private LayerReader() {}

    static List<Layer.Named> read(JsonFields owner, String field, String where) {
        Set<String> names = new HashSet<>();
        return owner.list(field, "a list of layers, each an object with a \"type\"", (index, node) -> {
            String place = where + index;
            JsonNode typeNode = node.isObject() ? node.get("type") : null;
            String type = typeNode != null && typeNode.isString() ? typeNode.stringValue() : "";
            JsonFields fields = JsonFields.of(place + (type.isEmpty() ? "" : " (" + type + ")"), node);
            String given = fields.requiredText("type");
            Function<JsonFields, Layer> reader = TYPES.get(given);
            if (reader == null) {
                throw new InvalidDescriptionException(place + ": unknown layer type \"" + given + "\" (known: "
                        + String.join(", ", TYPES.keySet()) + ")");
            }
            String name = fields.text("name", "");
            Layer layer = reader.apply(fields);
            fields.done();
            if (name.isEmpty()) {
                name = layer.type() + "_" + index;
            }
            if (!NAME.matcher(name).matches() || RESERVED.contains(name)) {
                throw new InvalidDescriptionException(
                        fields.place() + ": name: \"" + name
                                + "\" (expected: a lower-case letter, then up to 62 letters, digits or _, not a reserved word)");
            }
            if (!names.add(name)) {
                throw new InvalidDescriptionException(fields.place() + ": name: \"" + name
                        + "\" is taken by an earlier layer (expected: unique names)");
            }
            return new Layer.Named(name, layer);
        });
    }

    private static Map<String, Function<JsonFields, Layer>> types() {
        Map<String, Function<JsonFields, Layer>> types = new TreeMap<>();
        Function<JsonFields, Layer> dense = f -> new Layer.Dense(f.requiredInteger("units", 1), f.flag("bias", true));
        types.put("dense", dense);
        types.put("linear", dense);
        for (int rank = 1; rank <= 2; rank++) {
            int r = rank;
            types.put("conv" + r + "d", f -> conv(f, r));
            types.put("max_pool" + r + "d", f -> new Layer.MaxPool(r, poolWindow(f, r)));
            types.put("avg_pool" + r + "d", f -> new Layer.AvgPool(r, poolWindow(f, r)));
            types.put(
                    "adaptive_avg_pool" + r + "d",
                    f -> new Layer.AdaptiveAvgPool(r, boxed(f.integers("size", r, filled(r, 1), 1))));
        }
        types.put(
                "batch_norm",
                f -> new Layer.BatchNorm(f.number("eps", 1e-5, 1e-12, 1), f.number("momentum", 0.1, 0, 1)));
        types.put("dropout", f -> new Layer.Dropout(f.number("rate", 0.5, 0, 0.999)));
        types.put("flatten", f -> new Layer.Flatten());
        types.put("reshape", LayerReader::reshape);
        types.put("transpose", f -> new Layer.Transpose());
        for (Layer.Function function : Layer.Function.values()) {
            types.put(function.name().toLowerCase(Locale.ROOT), f -> activation(f, function));
        }
        for (Layer.Cell cell : Layer.Cell.values()) {
            types.put(cell.name().toLowerCase(Locale.ROOT), f -> recurrent(f, cell));
        }
        types.put(
                "embedding",
                f -> new Layer.Embedding(f.requiredInteger("entries", 1), f.requiredInteger("dimension", 1)));
        types.put("residual", LayerReader::residual);
        return types;
    }

    private static Layer conv(JsonFields f, int rank) {
        int filters = f.requiredInteger("filters", 1);
        int[] kernel = f.integers("kernel", rank, null, 1);
        int[] stride = f.integers("stride", rank, filled(rank, 1), 1);
        int[] dilation = f.integers("dilation", rank, filled(rank, 1), 1);
        int[] padding = padding(f, rank, kernel, stride, dilation);
        int groups = f.integer("groups", 1, 1);
        if (filters % groups != 0) {
            throw new InvalidDescriptionException(
                    f.place() + ": filters: " + filters + " (expected: a multiple of groups = " + groups + ")");
        }
        return new Layer.Conv(
                rank,
                filters,
                new Layer.Window(boxed(kernel), boxed(stride), boxed(padding)),
                boxed(dilation),
                groups,
                f.flag("bias", true));
    }

    private static int[] padding(JsonFields f, int rank, int[] kernel, int[] stride, int[] dilation) {
        JsonNode given = f.raw("padding");
        if (given == null || !given.isString()) {
            return f.integers("padding", rank, filled(rank, 0), 0);
        }
        if (given.stringValue().equals("valid")) {
            return filled(rank, 0);
        }
        if (!given.stringValue().equals("same")) {
            throw f.wrong("padding", given, "an integer, a list of " + rank + ", \"same\" or \"valid\"");
        }
        int[] padding = new int[rank];
        for (int i = 0; i < rank; i++) {
            int total = dilation[i] * (kernel[i] - 1);
            if (stride[i] != 1 || total % 2 != 0) {
                throw new InvalidDescriptionException(f.place() + ": padding: \"same\" with kernel "
                        + Arrays.toString(kernel) + " and stride " + Arrays.toString(stride)
                        + " (expected: stride 1 and an odd kernel, or padding as numbers)");
            }
            padding[i] = total / 2;
        }
        return padding;
    }

    private static Layer.Window poolWindow(JsonFields f, int rank) {
        int[] kernel = f.integers("kernel", rank, null, 1);
        int[] stride = f.integers("stride", rank, kernel, 1);
        int[] padding = f.integers("padding", rank, filled(rank, 0), 0);
        for (int i = 0; i < rank; i++) {
            if (padding[i] * 2 > kernel[i]) {
                throw new InvalidDescriptionException(f.place() + ": padding: " + Arrays.toString(padding)
                        + " (expected: at most half of the kernel " + Arrays.toString(kernel) + ")");
            }
        }
        return new Layer.Window(boxed(kernel), boxed(stride), boxed(padding));
    }

    private static Layer reshape(JsonFields f) {
        @Nullable TensorShape shape = f.shape("shape");
        if (shape == null) {
            throw new InvalidDescriptionException(
                    f.place() + ": shape is missing (expected: a list of integers without the batch dimension)");
        }
        return new Layer.Reshape(shape);
    }

    private static Layer activation(JsonFields f, Layer.Function function) {
        double parameter =
                switch (function) {
                    case LEAKY_RELU -> f.number("slope", 0.01, 0);
                    case ELU -> f.number("alpha", 1.0, 0);
                    case RELU, TANH, SIGMOID, SOFTMAX, LOG_SOFTMAX, GELU, SILU, SOFTPLUS -> 0;
                };
        return new Layer.Activation(function, parameter);
    }

    private static Layer recurrent(JsonFields f, Layer.Cell cell) {
        enum Return {
            LAST,
            SEQUENCE
        }
        return new Layer.Recurrent(
                cell,
                f.requiredInteger("units", 1),
                f.integer("layers", 1, 1),
                f.flag("bidirectional", false),
                f.number("dropout", 0, 0, 0.999),
                f.choice("return", Return.LAST) == Return.SEQUENCE);
    }

    private static Layer residual(JsonFields f) {
        List<Layer.Named> body = read(f, "layers", f.place() + ", layer ");
        if (body.isEmpty()) {
            throw new InvalidDescriptionException(
                    f.place() + ": layers is missing or empty (expected: at least one layer)");
        }
        List<Layer.Named> shortcut = read(f, "shortcut", f.place() + ", shortcut ");
        Set<String> names = new HashSet<>();
        body.forEach(named -> names.add(named.name()));
        List<Layer.Named> renamed = new ArrayList<>();
        for (Layer.Named named : shortcut) {
            renamed.add(
                    names.contains(named.name()) ? new Layer.Named("shortcut_" + named.name(), named.layer()) : named);
        }
        return new Layer.Residual(body, renamed);
    }

    private static int[] filled(int count, int value) {
        int[] filled = new int[count];
        Arrays.fill(filled, value);
        return filled;
    }

    private static List<Integer> boxed(int[] values) {
        return IntStream.of(values).boxed().toList();
    }
}
