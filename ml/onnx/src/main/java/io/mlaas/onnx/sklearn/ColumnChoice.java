package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.pickle.NdArray;
import io.mlaas.onnx.pickle.PickledGlobal;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A fitted part of a ColumnTransformer or FeatureUnion.
 *
 * @param transformer null where the columns pass as they are
 * @param weight what its output is multiplied by
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ColumnChoice(@Nullable PickledObject transformer, int[] columns, double weight) {
    /** The parts in the order of their output; those that are dropped are left out. */
    static List<ColumnChoice> of(PickledObject composite, int width) {
        boolean union = composite.simpleName().equals("FeatureUnion");
        List<ColumnChoice> parts = new ArrayList<>();
        for (Object entry : composite.list(union ? "transformer_list" : "transformers_")) {
            List<?> part = (List<?>) Wrappers.present(entry);
            Object transformer = part.get(1);
            if (transformer == null || "drop".equals(transformer)) {
                continue;
            }
            int[] columns = union ? IntStream.range(0, width).toArray() : columns(composite, part.get(2), width);
            if (columns.length == 0) {
                continue;
            }
            parts.add(new ColumnChoice(
                    transformer instanceof PickledObject object ? object : null,
                    columns,
                    weight(composite, part.get(0))));
        }
        return parts;
    }

    private static double weight(PickledObject composite, @Nullable Object name) {
        return composite.get("transformer_weights") instanceof Map<?, ?> weights
                        && weights.get(name) instanceof Number number
                ? number.doubleValue()
                : 1;
    }

    private static int[] columns(PickledObject composite, @Nullable Object choice, int width) {
        return switch (choice) {
            case Number number -> new int[] {Math.floorMod(number.intValue(), width)};
            case String name -> new int[] {named(composite, name)};
            case NdArray array -> listed(composite, array.toList(), width);
            case List<?> list -> listed(composite, list, width);
            case PickledObject slice when slice.simpleName().equals("slice") -> sliced(composite, slice, width);
            case null, default -> throw unclear(choice);
        };
    }

    private static int[] listed(PickledObject composite, List<?> list, int width) {
        if (!list.isEmpty() && list.stream().allMatch(v -> v instanceof Boolean)) {
            return IntStream.range(0, Math.min(width, list.size()))
                    .filter(i -> Boolean.TRUE.equals(list.get(i)))
                    .toArray();
        }
        return list.stream().mapToInt(v -> columns(composite, v, width)[0]).toArray();
    }

    private static int[] sliced(PickledObject composite, PickledObject slice, int width) {
        List<?> bounds = slice.arguments();
        int from = bound(composite, bounds.get(0), 0, width);
        int step = bounds.size() > 2 && bounds.get(2) instanceof Number number ? number.intValue() : 1;
        int to = bounds.get(1) instanceof String name
                ? named(composite, name) + 1 // by name the end is included
                : bound(composite, bounds.get(1), width, width);
        if (step < 1) {
            throw unclear(slice);
        }
        return IntStream.range(from, to).filter(i -> (i - from) % step == 0).toArray();
    }

    private static int bound(PickledObject composite, @Nullable Object bound, int otherwise, int width) {
        return switch (bound) {
            case null -> otherwise;
            case String name -> named(composite, name);
            case Number number -> {
                int place = number.intValue() < 0 ? number.intValue() + width : number.intValue();
                yield Math.max(0, Math.min(place, width));
            }
            default -> throw unclear(bound);
        };
    }

    private static int named(PickledObject composite, String name) {
        int place = composite.has("feature_names_in_")
                ? composite.list("feature_names_in_").indexOf(name)
                : -1;
        if (place < 0) {
            throw new TranslationRefused(Reason.DAMAGED, "no column " + name);
        }
        return place;
    }

    private static TranslationRefused unclear(@Nullable Object choice) {
        return new TranslationRefused(
                Reason.UNSUPPORTED_CODE,
                "columns chosen by " + (choice instanceof PickledGlobal global ? global.fullName() : choice)
                        + " (expected: numbers, names, a slice or a mask)");
    }
}
