package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.NdArray;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Estimators that repeat others: on parts of the rows and columns, on codes of classes, one after the other. */
final class EnsembleNodes {
    private EnsembleNodes() {}

    static void register(Map<String, Emission.Predictor> predictors) {
        predictors.put("BaggingClassifier", EnsembleNodes::baggedClasses);
        predictors.put("BaggingRegressor", EnsembleNodes::baggedValues);
        predictors.put("OutputCodeClassifier", EnsembleNodes::codes);
        predictors.put("_ConstantPredictor", EnsembleNodes::always);
        predictors.put("RegressorChain", EnsembleNodes::chain);
        predictors.put("FixedThresholdClassifier", EnsembleNodes::threshold);
        predictors.put("TunedThresholdClassifierCV", EnsembleNodes::threshold);
    }

    /** The columns that a member of a bagging ensemble looks at. */
    static int[] features(PickledObject bagging, int member) {
        Object subset =
                switch (bagging.get("estimators_features_")) {
                    case NdArray array
                    when array.rank() == 2 ->
                        Arrays.copyOfRange(array.ints(), member * array.size(1), (member + 1) * array.size(1));
                    case NdArray array -> array.toList().get(member);
                    case List<?> list -> list.get(member);
                    case null, default -> null;
                };
        return switch (subset) {
            case NdArray array -> array.ints();
            case int[] ints -> ints;
            case null, default ->
                throw new TranslationRefused(
                        Reason.DAMAGED, bagging.simpleName() + ".estimators_features_ (expected: columns)");
        };
    }

    private static Prediction baggedClasses(Emission to, PickledObject meta, Features x) {
        Ops ops = to.ops;
        List<Object> classes = Labels.of(meta);
        List<PickledObject> members = Wrappers.estimators(meta, "estimators_");
        Tensor total = null;
        for (int i = 0; i < members.size(); i++) {
            Prediction own = to.predict(members.get(i), x.select(features(meta, i)));
            if (own.classes().size() != classes.size()) {
                throw new TranslationRefused(
                        Reason.UNSUPPORTED_CODE, "BaggingClassifier of classifiers that know only some classes");
            }
            Tensor votes = own.probabilities() != null ? own.probabilities() : hot(ops, own.index(), classes.size());
            total = total == null ? votes : ops.add(total, votes);
        }
        return Prediction.probable(ops, classes, ops.div((Tensor) Wrappers.present(total), ops.scalar(members.size())));
    }

    private static Tensor hot(Ops ops, @Nullable Tensor index, int classes) {
        Tensor place = ops.asNumber(ops.column((Tensor) Wrappers.present(index)));
        double[] places = IntStream.range(0, classes).asDoubleStream().toArray();
        return ops.asNumber(ops.compare("Equal", place, ops.row(places)));
    }

    private static Prediction baggedValues(Emission to, PickledObject meta, Features x) {
        Ops ops = to.ops;
        List<PickledObject> members = Wrappers.estimators(meta, "estimators_");
        Tensor total = null;
        for (int i = 0; i < members.size(); i++) {
            Tensor own = to.values(members.get(i), x.select(features(meta, i)));
            total = total == null ? own : ops.add(total, own);
        }
        return Prediction.values(ops.div((Tensor) Wrappers.present(total), ops.scalar(members.size())));
    }

    /** The class whose code is nearest. */
    private static Prediction codes(Emission to, PickledObject meta, Features x) {
        Ops ops = to.ops;
        List<Tensor> bits = new ArrayList<>();
        for (PickledObject estimator : Wrappers.estimators(meta, "estimators_")) {
            Prediction own = to.predict(estimator, x);
            Tensor bit = own.scores() != null
                    ? own.scores()
                    : ops.columns((Tensor) Wrappers.present(own.probabilities()), 1);
            bits.add(bit);
        }
        Tensor distances = ops.squaredDistances(ops.concat(bits), Matrix.of(meta, "code_book_"));
        return new Prediction(Labels.of(meta), ops.argMin(distances), null, null, null);
    }

    /** Of a class, or a bit of a code, that all rows had or none. */
    private static Prediction always(Emission to, PickledObject model, Features x) {
        Ops ops = to.ops;
        double value = Matrix.of(model, "y_").values()[0];
        Tensor score = BaselineNodes.constant(ops, x, value);
        Prediction decided = Prediction.decided(ops, List.of(0L, 1L), score, ops.complement(score));
        return new Prediction(decided.classes(), decided.index(), decided.probabilities(), score, null);
    }

    private static Prediction chain(Emission to, PickledObject meta, Features x) {
        Ops ops = to.ops;
        List<PickledObject> members = Wrappers.estimators(meta, "estimators_");
        int[] order = order(meta);
        Tensor[] columns = new Tensor[members.size()];
        Tensor known = x.numbers();
        for (int i = 0; i < columns.length; i++) {
            columns[order[i]] = to.values(members.get(i), Features.of(ops, known));
            known = ops.concat(List.of(known, columns[order[i]]));
        }
        return Prediction.values(ops.concat(List.of(columns)));
    }

    /** The target of each member of a chain. */
    static int[] order(PickledObject chain) {
        return chain.list("order_").stream()
                .mapToInt(o -> ((Number) Wrappers.present(o)).intValue())
                .toArray();
    }

    /** Whether the threshold is one of probabilities; otherwise it is one of scores. */
    static boolean onProbabilities(PickledObject meta, boolean probable) {
        String method = meta.text("response_method", "auto");
        return method.equals("predict_proba") || (method.equals("auto") && probable);
    }

    static double threshold(PickledObject meta, boolean onProbabilities) {
        Object threshold = meta.get(meta.has("best_threshold_") ? "best_threshold_" : "threshold");
        return threshold instanceof Number number ? number.doubleValue() : onProbabilities ? 0.5 : 0;
    }

    static PickledObject judged(PickledObject meta) {
        if (meta.has("pos_label")) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE, meta.simpleName() + ".pos_label (expected: the second class)");
        }
        return meta.object(meta.has("estimator_") ? "estimator_" : "estimator");
    }

    private static Prediction threshold(Emission to, PickledObject meta, Features x) {
        Ops ops = to.ops;
        Prediction own = to.predict(judged(meta), x);
        boolean onProbabilities = onProbabilities(meta, own.probabilities() != null);
        Tensor score = onProbabilities
                ? ops.columns((Tensor) Wrappers.present(own.probabilities()), 1)
                : (Tensor) Wrappers.present(own.scores());
        Tensor above = ops.compare("GreaterOrEqual", score, ops.scalar(threshold(meta, onProbabilities)));
        Tensor index = ops.graph.reshape(
                ops.graph.cast(above, ElementType.INT64), above.shape().without(1));
        return new Prediction(own.classes(), index, own.probabilities(), own.scores(), null);
    }
}
