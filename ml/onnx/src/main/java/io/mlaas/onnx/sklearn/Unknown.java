package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.Unsupported;
import io.mlaas.onnx.pickle.NdArray;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the estimators that have no translation. */
final class Unknown {
    private static final List<String> PARTS = List.of(
            "steps",
            "transformers_",
            "transformer_list",
            "estimators_",
            "final_estimator_",
            "calibrated_classifiers_",
            "best_estimator_");
    private static final int MAX_DEPTH = 60;

    private final Map<PickledObject, Boolean> seen = new IdentityHashMap<>();
    private final Map<String, Unsupported> found = new LinkedHashMap<>();

    private Unknown() {}

    static List<Unsupported> in(PickledObject model) {
        Unknown search = new Unknown();
        search.look(model, "the model", 0);
        return new ArrayList<>(search.found.values());
    }

    private void look(@Nullable Object value, String where, int depth) {
        if (depth > MAX_DEPTH) {
            return;
        }
        if (value instanceof NdArray array && array.isObjects()) {
            look(array.toList(), where, depth + 1);
        } else if (value instanceof List<?> list) {
            String name = list.size() > 1 && list.getFirst() instanceof String text ? where + "/" + text : where;
            list.forEach(element -> {
                if (element instanceof PickledObject || element instanceof List<?>) {
                    look(element, name, depth + 1);
                }
            });
        } else if (value instanceof PickledObject object && seen.put(object, true) == null) {
            estimator(object, where, depth);
        }
    }

    private void estimator(PickledObject estimator, String where, int depth) {
        String name = estimator.simpleName();
        boolean part = name.equals("_CalibratedClassifier") || name.equals("slice") || estimator.has("best_estimator_");
        boolean known = part || Emission.transforms(estimator) || Emission.predicts(estimator);
        if (!known && estimator.module().startsWith("sklearn")) {
            found.merge(
                    estimator.className(),
                    new Unsupported(estimator.className(), where, 1),
                    (a, b) -> new Unsupported(a.what(), a.where(), a.times() + 1));
            return;
        }
        if (Extension.of(estimator).isPresent()) {
            return;
        }
        PARTS.forEach(attribute -> look(estimator.get(attribute), where, depth + 1));
        if (name.equals("_CalibratedClassifier")) {
            look(estimator.get(estimator.has("estimator") ? "estimator" : "base_estimator"), where, depth + 1);
        }
    }
}
