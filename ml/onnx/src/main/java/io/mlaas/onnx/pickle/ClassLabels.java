package io.mlaas.onnx.pickle;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Class labels as a fitted classifier holds them: all of them text, or all of them whole numbers. */
public final class ClassLabels {
    private ClassLabels() {}

    /**
     * The {@code classes_} of a single target; truth values are 0 and 1.
     *
     * @throws TranslationRefused when there are none, those of several targets, or others than text or whole numbers
     */
    public static List<Object> of(PickledObject estimator) {
        if (!(estimator.get("classes_") instanceof NdArray classes) || classes.rank() != 1) {
            throw refused(estimator.simpleName() + " without a vector of classes_ (expected: one target, fitted)");
        }
        return of(classes);
    }

    /** Those of one target, in the order of its scores. */
    public static List<Object> of(NdArray classes) {
        List<Object> labels = classes.toList().stream().map(ClassLabels::label).toList();
        if (labels.isEmpty()) {
            throw refused("class labels: none (expected: at least one)");
        }
        if (labels.stream().anyMatch(l -> l instanceof String)
                && !labels.stream().allMatch(l -> l instanceof String)) {
            throw refused("class labels of text and numbers mixed");
        }
        return labels;
    }

    private static Object label(@Nullable Object label) {
        return switch (label) {
            case String text -> text;
            case Long number -> number;
            case Boolean truth -> truth ? 1L : 0L;
            case Double number when number == Math.rint(number) -> number.longValue();
            case null, default -> throw refused("class label: " + label + " (expected: text or whole numbers)");
        };
    }

    private static TranslationRefused refused(String message) {
        return new TranslationRefused(Reason.UNSUPPORTED_CODE, message);
    }
}
