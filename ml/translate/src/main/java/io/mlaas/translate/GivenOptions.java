package io.mlaas.translate;

import io.mlaas.onnx.InputShape;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.graph.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a model's file does not say, and how its users want it, as they write it for the command and for the service.
 *
 * @param inputShapes {@code [NAME=]SIZES} without the batch, such as {@code 3,224,224} or {@code tokens=time:12}, where
 *     the axis {@code time} may vary and is 12 long as a rule
 * @param inputTypes {@code [NAME=]TYPE}, such as {@code int64}
 * @param float64 whether it calculates in 64-bit floats
 * @param fixed whether every size is fixed, and the batch is 1
 */
public record GivenOptions(List<String> inputShapes, List<String> inputTypes, boolean float64, boolean fixed) {
    public static final GivenOptions NONE = new GivenOptions(List.of(), List.of(), false, false);

    private static final String SHAPE = "input_shape ";
    private static final String TYPE = "input_type ";
    private static final String FLOAT64 = "float64";
    private static final String STATIC = "static";

    public GivenOptions {
        inputShapes = inputShapes.stream().map(String::strip).sorted().toList();
        inputTypes = inputTypes.stream().map(String::strip).sorted().toList();
    }

    /** The same text for the same wishes, one in a line; empty for none. */
    public String text() {
        List<String> lines = new ArrayList<>();
        inputShapes.forEach(shape -> lines.add(SHAPE + shape));
        inputTypes.forEach(type -> lines.add(TYPE + type));
        if (float64) {
            lines.add(FLOAT64);
        }
        if (fixed) {
            lines.add(STATIC);
        }
        return String.join("\n", lines);
    }

    /** @param text as {@link #text()} says it */
    public static GivenOptions parse(String text) {
        List<String> lines = text.lines().toList();
        return new GivenOptions(
                after(SHAPE, lines), after(TYPE, lines), lines.contains(FLOAT64), lines.contains(STATIC));
    }

    private static List<String> after(String keyword, List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith(keyword))
                .map(line -> line.substring(keyword.length()))
                .toList();
    }

    /**
     * These wishes on top of others.
     *
     * @throws IllegalArgumentException for a shape or a type that is none, naming it
     */
    public TranslationOptions applyTo(TranslationOptions others) {
        Stream.concat(inputShapes.stream(), inputTypes.stream()).forEach(GivenOptions::requireOneLine);
        TranslationOptions options = others.withFloat64(float64).withDynamicBatch(!fixed);
        for (String given : inputShapes) {
            int equals = given.indexOf('=');
            InputShape shape = InputShape.parse(given.substring(equals + 1));
            options = equals < 0
                    ? options.withInputShape(fixed(given, shape))
                    : options.withInputShape(given.substring(0, equals), shape);
        }
        for (String given : inputTypes) {
            int equals = given.indexOf('=');
            ElementType type = ElementType.ofName(given.substring(equals + 1))
                    .orElseThrow(() -> new IllegalArgumentException(
                            "input type: " + given + " (expected: such as float32 or int64)"));
            options =
                    equals < 0 ? options.withInputType(type) : options.withInputType(given.substring(0, equals), type);
        }
        return options;
    }

    private static void requireOneLine(String given) {
        if (given.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "input shape or type: a control character (expected: such as x=3,224,224)");
        }
    }

    private static Integer[] fixed(String given, InputShape shape) {
        if (shape.sizes().stream().anyMatch(size -> size.axis().isPresent())) {
            throw new IllegalArgumentException("input shape: " + given
                    + ": an axis with a name (expected: the input's name before it, such as tokens=time:12)");
        }
        return shape.sizes().stream().map(InputShape.Size::usual).toArray(Integer[]::new);
    }
}
