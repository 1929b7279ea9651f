package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.pickle.PickledGlobal;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Estimators that only hold another. */
final class Wrappers {
    private static final Set<String> SEARCHES =
            Set.of("GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV");

    private Wrappers() {}

    static PickledObject unwrapped(PickledObject estimator) {
        PickledObject inner = estimator;
        for (int i = 0; i < 20; i++) {
            if (SEARCHES.contains(inner.simpleName())) {
                inner = inner.object("best_estimator_");
            } else if (inner.simpleName().equals("FrozenEstimator")) {
                inner = inner.object("estimator");
            } else if (inner.simpleName().equals("RANSACRegressor")) {
                inner = inner.object("estimator_");
            } else if (inner.simpleName().equals("SelfTrainingClassifier")) {
                inner = inner.object(inner.has("estimator_") ? "estimator_" : "base_estimator_");
            } else if (inner.simpleName().equals("Pipeline") && steps(inner).size() == 1) {
                inner = last(inner);
            } else {
                return inner;
            }
        }
        throw new TranslationRefused(Reason.TOO_LARGE, "estimators in estimators (expected: at most 20 deep)");
    }

    /** Whether a FunctionTransformer changes nothing: it has no function, or one that only looks at its input. */
    static boolean passes(PickledObject transformer) {
        return !transformer.has("func")
                || (transformer.get("func") instanceof PickledObject partial
                        && partial.simpleName().equals("partial")
                        && !partial.arguments().isEmpty()
                        && partial.arguments().getFirst() instanceof PickledGlobal function
                        && function.fullName().equals("sklearn.utils.validation.check_array"));
    }

    /** The steps of a pipeline that do something. */
    static List<PickledObject> steps(PickledObject pipeline) {
        return pipeline.list("steps").stream()
                .map(step -> ((List<?>) present(step)).get(1))
                .filter(step -> step instanceof PickledObject)
                .map(step -> (PickledObject) step)
                .toList();
    }

    static PickledObject last(PickledObject pipeline) {
        List<PickledObject> steps = steps(pipeline);
        if (steps.isEmpty()) {
            throw new TranslationRefused(Reason.UNSUPPORTED_CODE, "a pipeline without steps");
        }
        return steps.getLast();
    }

    static List<PickledObject> estimators(PickledObject ensemble, String attribute) {
        return ensemble.list(attribute).stream().map(Wrappers::estimator).toList();
    }

    static PickledObject estimator(@Nullable Object value) {
        if (value instanceof PickledObject estimator) {
            return estimator;
        }
        if (value instanceof List<?> named && named.size() >= 2) {
            return estimator(named.get(1));
        }
        throw new TranslationRefused(Reason.DAMAGED, "an estimator is missing");
    }

    static Object present(@Nullable Object value) {
        if (value == null) {
            throw new TranslationRefused(Reason.DAMAGED, "None where a value is expected");
        }
        return value;
    }
}
