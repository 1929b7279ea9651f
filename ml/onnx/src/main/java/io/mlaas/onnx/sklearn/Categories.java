package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.pickle.NdArray;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The categories of one column: text, or numbers of which one may be NaN.
 *
 * @param values {@link String}s or {@link Double}s
 * @param codes the category's number in the output, where rare ones share one
 * @param rare the number of the rare ones, -1 if there are none
 * @param dropped the number that has no column of its own, -1 if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Categories(boolean text, List<Object> values, int[] codes, int rare, int dropped) {
    static List<Categories> of(PickledObject encoder) {
        List<Categories> all = new ArrayList<>();
        List<?> columns = encoder.list("categories_");
        for (int i = 0; i < columns.size(); i++) {
            if (!(columns.get(i) instanceof NdArray array)) {
                throw new TranslationRefused(Reason.DAMAGED, encoder.simpleName() + " without categories");
            }
            List<Object> values = values(encoder, array);
            boolean text = values.stream().anyMatch(v -> v instanceof String);
            int[] codes = mapping(encoder, i);
            int rare = codes.length == 0 ? -1 : Arrays.stream(codes).max().orElse(-1);
            if (codes.length != values.size()) {
                codes = java.util.stream.IntStream.range(0, values.size()).toArray();
            }
            all.add(new Categories(text, values, codes, rare, dropped(encoder, i)));
        }
        return all;
    }

    private static List<Object> values(PickledObject encoder, NdArray array) {
        List<Object> values = new ArrayList<>();
        for (Object value : array.toList()) {
            values.add(
                    switch (value) {
                        case String word -> word;
                        case Number number -> number.doubleValue();
                        case Boolean truth -> truth ? 1.0 : 0.0;
                        case null, default ->
                            throw new TranslationRefused(
                                    Reason.UNSUPPORTED_CODE,
                                    encoder.simpleName() + " with the category " + value
                                            + " (expected: text or numbers)");
                    });
        }
        boolean text = values.stream().anyMatch(v -> v instanceof String);
        if (text && values.stream().anyMatch(v -> v instanceof Double d && !d.isNaN())) {
            throw new TranslationRefused(Reason.UNSUPPORTED_CODE, "categories of text and numbers mixed");
        }
        return values;
    }

    /** The classes that a LabelEncoder or LabelBinarizer knows, as categories of its only column. */
    static Categories ofLabels(PickledObject encoder) {
        List<Object> values = values(encoder, encoder.array("classes_"));
        int[] codes = java.util.stream.IntStream.range(0, values.size()).toArray();
        return new Categories(values.stream().anyMatch(v -> v instanceof String), values, codes, -1, -1);
    }

    private static int[] mapping(PickledObject encoder, int column) {
        if (encoder.flag("_infrequent_enabled", false)
                && encoder.list("_default_to_infrequent_mappings").get(column) instanceof NdArray mapping) {
            return mapping.ints();
        }
        return new int[0];
    }

    private static int dropped(PickledObject encoder, int column) {
        String attribute = encoder.has("_drop_idx_after_grouping") ? "_drop_idx_after_grouping" : "drop_idx_";
        if (!encoder.has(attribute)) {
            return -1;
        }
        Object place = encoder.list(attribute).get(column);
        return place instanceof Number number ? number.intValue() : -1;
    }

    /** Numbers of the output. */
    int count() {
        return Arrays.stream(codes).max().orElse(-1) + 1;
    }

    /** The columns of a one-hot encoding that are kept. */
    int[] kept() {
        return java.util.stream.IntStream.range(0, count())
                .filter(c -> c != dropped)
                .toArray();
    }

    static boolean isText(@Nullable Object categories) {
        return categories instanceof NdArray array && array.toList().stream().anyMatch(v -> v instanceof String);
    }
}
