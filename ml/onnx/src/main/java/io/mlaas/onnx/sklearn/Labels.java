package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.pickle.NdArray;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.List;

/** Class labels: all of them text, or all of them whole numbers (truth values are 0 and 1). */
final class Labels {
    private Labels() {}

    static List<Object> of(PickledObject estimator) {
        PickledObject holder = estimator;
        for (String binarizer : List.of("label_binarizer_", "_label_binarizer")) {
            if (!estimator.has("classes_") && estimator.has(binarizer)) {
                holder = estimator.object(binarizer);
            }
        }
        List<Object> labels = new ArrayList<>();
        if (!(holder.get("classes_") instanceof NdArray classes) || classes.rank() != 1) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE,
                    estimator.simpleName() + " without a vector of classes_ (expected: one target, fitted)");
        }
        for (Object label : classes.toList()) {
            labels.add(
                    switch (label) {
                        case String text -> text;
                        case Long number -> number;
                        case Boolean truth -> truth ? 1L : 0L;
                        case Double number when number == Math.rint(number) -> number.longValue();
                        case null, default ->
                            throw new TranslationRefused(
                                    Reason.UNSUPPORTED_CODE,
                                    "class label: " + label + " (expected: text or whole numbers)");
                    });
        }
        boolean text = labels.getFirst() instanceof String;
        if (labels.stream().anyMatch(l -> l instanceof String != text)) {
            throw new TranslationRefused(Reason.UNSUPPORTED_CODE, "class labels of text and numbers mixed");
        }
        return labels;
    }

    static boolean areText(List<Object> labels) {
        return labels.getFirst() instanceof String;
    }
}
