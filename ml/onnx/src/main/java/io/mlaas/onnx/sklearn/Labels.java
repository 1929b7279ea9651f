package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.pickle.ClassLabels;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.List;

/** The class labels of an estimator, wherever it keeps them. */
final class Labels {
    private Labels() {}

    static List<Object> of(PickledObject estimator) {
        PickledObject holder = estimator;
        for (String binarizer : List.of("label_binarizer_", "_label_binarizer")) {
            if (!estimator.has("classes_") && estimator.has(binarizer)) {
                holder = estimator.object(binarizer);
            }
        }
        return ClassLabels.of(holder);
    }

    static boolean areText(List<Object> labels) {
        return labels.getFirst() instanceof String;
    }
}
