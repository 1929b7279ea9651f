package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Estimators made of estimators. */
final class MetaNodes {
    private MetaNodes() {}

    static void register(Map<String, Emission.Predictor> predictors) {
        predictors.put("OneVsRestClassifier", MetaNodes::oneVersusRest);
        predictors.put("OneVsOneClassifier", MetaNodes::oneVersusOne);
        predictors.put("CalibratedClassifierCV", MetaNodes::calibrated);
        predictors.put("VotingClassifier", MetaNodes::voting);
        predictors.put("VotingRegressor", MetaNodes::average);
        predictors.put("StackingClassifier", MetaNodes::stackedClasses);
        predictors.put(
                "StackingRegressor",
                (to, s, x) -> Prediction.values(to.values(s.object("final_estimator_"), stacked(to, s, x))));
        predictors.put(
                "MultiOutputRegressor",
                (to, m, x) -> Prediction.values(to.ops.concat(Wrappers.estimators(m, "estimators_").stream()
                        .map(e -> to.values(e, x))
                        .toList())));
    }

    /** How sure a binary classifier is of its second class: (rows, 1), and where it changes its mind. */
    private record Confidence(Tensor value, double threshold) {}

    private static Confidence confidence(Ops ops, PickledObject estimator, Prediction prediction) {
        if (prediction.scores() != null) {
            return new Confidence(prediction.scores(), 0);
        }
        if (prediction.probabilities() == null) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE, estimator.simpleName() + " where a classifier is expected");
        }
        return new Confidence(ops.columns(prediction.probabilities(), 1), 0.5);
    }

    private static Prediction oneVersusRest(Emission to, PickledObject meta, Features x) {
        Ops ops = to.ops;
        List<Object> classes = Labels.of(meta);
        List<PickledObject> estimators = Wrappers.estimators(meta, "estimators_");
        if (SeveralLabelsNodes.isOfSeveral(meta)) {
            return SeveralLabelsNodes.oneVersusRest(to, meta, x);
        }
        List<Tensor> confidences = new ArrayList<>();
        List<Tensor> probabilities = new ArrayList<>();
        double threshold = 0;
        for (PickledObject estimator : estimators) {
            Prediction prediction = to.predict(estimator, x);
            Confidence confidence = confidence(ops, estimator, prediction);
            threshold = confidence.threshold;
            confidences.add(confidence.value);
            Tensor own = prediction.probabilities();
            if (own != null) {
                probabilities.add(ops.columns(own, 1));
            }
        }
        boolean probable = probabilities.size() == estimators.size();
        Tensor scores = ops.concat(confidences);
        if (estimators.size() == 1) {
            Tensor above = ops.sub(scores, ops.scalar(threshold));
            return Prediction.decided(ops, classes, above, probable ? ops.complement(probabilities.getFirst()) : null);
        }
        Tensor each = probable ? ops.concat(probabilities) : null;
        return new Prediction(
                classes,
                ops.lastArgMax(scores),
                each == null ? null : ops.div(each, ops.sum(each, 1, true)),
                scores,
                null);
    }

    private static Prediction oneVersusOne(Emission to, PickledObject meta, Features x) {
        Ops ops = to.ops;
        List<Object> classes = Labels.of(meta);
        List<Tensor> second = new ArrayList<>();
        List<Tensor> confidences = new ArrayList<>();
        double threshold = 0;
        for (PickledObject estimator : Wrappers.estimators(meta, "estimators_")) {
            Prediction prediction = to.predict(estimator, x);
            Tensor index = prediction.index();
            if (index == null) {
                throw new TranslationRefused(Reason.UNSUPPORTED_CODE, "OneVsOneClassifier of regressors");
            }
            Confidence confidence = confidence(ops, estimator, prediction);
            second.add(ops.asNumber(ops.column(index)));
            confidences.add(confidence.value);
            threshold = confidence.threshold;
        }
        if (classes.size() == 2) {
            Tensor both = KernelNodes.oneVersusOne(ops, second.getFirst(), confidences.getFirst(), 2);
            Tensor score = ops.columns(both, 1);
            Prediction decided = Prediction.decided(ops, classes, ops.sub(score, ops.scalar(threshold)), null);
            return new Prediction(classes, decided.index(), null, score, null);
        }
        Tensor scores = KernelNodes.oneVersusOne(ops, ops.concat(second), ops.concat(confidences), classes.size());
        return Prediction.decided(ops, classes, scores, null);
    }

    private static Prediction calibrated(Emission to, PickledObject meta, Features x) {
        Ops ops = to.ops;
        List<Object> classes = Labels.of(meta);
        Tensor total = null;
        List<PickledObject> members = Wrappers.estimators(meta, "calibrated_classifiers_");
        for (PickledObject member : members) {
            Tensor own = calibratedBy(to, member, x, classes.size());
            total = total == null ? own : ops.add(total, own);
        }
        Tensor mean = ops.div((Tensor) Wrappers.present(total), ops.scalar(members.size()));
        return Prediction.probable(ops, classes, mean);
    }

    private static Tensor calibratedBy(Emission to, PickledObject member, Features x, int classes) {
        Ops ops = to.ops;
        Prediction prediction = to.predict(member.object(member.has("estimator") ? "estimator" : "base_estimator"), x);
        List<PickledObject> calibrators =
                Wrappers.estimators(member, member.has("calibrators") ? "calibrators" : "calibrators_");
        if (prediction.classes().size() != classes) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE, "CalibratedClassifierCV of classifiers that know only some classes");
        }
        Tensor scores = prediction.scores() != null
                ? prediction.scores()
                : calibrators.size() == 1
                        ? ops.columns((Tensor) Wrappers.present(prediction.probabilities()), 1)
                        : (Tensor) Wrappers.present(prediction.probabilities());
        List<Tensor> columns = new ArrayList<>();
        for (int i = 0; i < calibrators.size(); i++) {
            columns.add(calibrator(ops, calibrators.get(i), ops.columns(scores, i)));
        }
        if (columns.size() == 1) {
            return ops.complement(columns.getFirst());
        }
        Tensor each = ops.concat(columns);
        Tensor sum = ops.sum(each, 1, true);
        Tensor none = ops.compare("Equal", sum, ops.scalar(0));
        return ops.where(none, ops.scalar(1.0 / classes), ops.div(each, ops.where(none, ops.scalar(1), sum)));
    }

    private static Tensor calibrator(Ops ops, PickledObject calibrator, Tensor score) {
        if (calibrator.simpleName().equals("_SigmoidCalibration")) {
            Tensor linear =
                    ops.add(ops.mul(score, ops.scalar(-calibrator.number("a_"))), ops.scalar(-calibrator.number("b_")));
            return ops.sigmoid(linear);
        }
        if (!calibrator.simpleName().equals("IsotonicRegression")) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_OPERATOR,
                    "calibration by " + calibrator.simpleName() + " (expected: sigmoid, isotonic)");
        }
        double[] at = Matrix.of(calibrator, "X_thresholds_").values();
        double[] value = Matrix.of(calibrator, "y_thresholds_").values();
        return isotonic(ops, score, at, value);
    }

    /** Linear between points, and level outside of them. */
    static Tensor isotonic(Ops ops, Tensor score, double[] at, double... value) {
        Tensor result = ops.add(ops.mul(score, ops.scalar(0)), ops.scalar(value[0]));
        if (at.length < 2) {
            return result;
        }
        int pieces = at.length - 1;
        double[] width = new double[pieces];
        double[] rise = new double[pieces];
        for (int i = 0; i < pieces; i++) {
            width[i] = at[i + 1] - at[i];
            rise[i] = (value[i + 1] - value[i]) / width[i];
        }
        Tensor within = ops.binary(
                "Min",
                ops.binary("Max", ops.sub(score, ops.row(Arrays.copyOf(at, pieces))), ops.scalar(0)),
                ops.row(width));
        return ops.add(ops.scalar(value[0]), ops.sum(ops.mul(within, ops.row(rise)), 1, true));
    }

    /** Weights of the members that were not dropped. */
    static double[] weights(PickledObject voting, int members) {
        double[] weights = new double[members];
        if (!voting.has("weights")) {
            Arrays.fill(weights, 1);
            return weights;
        }
        List<?> given = voting.list("weights");
        List<?> named = voting.list("estimators");
        int next = 0;
        for (int i = 0; i < named.size(); i++) {
            if (!"drop".equals(((List<?>) Wrappers.present(named.get(i))).get(1))) {
                weights[next++] = ((Number) Wrappers.present(given.get(i))).doubleValue();
            }
        }
        return weights;
    }

    private static Prediction voting(Emission to, PickledObject meta, Features x) {
        Ops ops = to.ops;
        List<Object> classes = Labels.of(meta);
        List<PickledObject> members = Wrappers.estimators(meta, "estimators_");
        double[] weights = weights(meta, members.size());
        boolean hard = meta.text("voting", "hard").equals("hard");
        Tensor total = null;
        double[] places = java.util.stream.IntStream.range(0, classes.size())
                .asDoubleStream()
                .toArray();
        for (int i = 0; i < weights.length; i++) {
            Tensor own = hard
                    ? ops.asNumber(ops.compare(
                            "Equal",
                            ops.asNumber(ops.column((Tensor) Wrappers.present(
                                    to.predict(members.get(i), x).index()))),
                            ops.row(places)))
                    : to.probabilities(members.get(i), x);
            Tensor weighted = ops.mul(own, ops.scalar(weights[i]));
            total = total == null ? weighted : ops.add(total, weighted);
        }
        Tensor sum = ops.div(
                (Tensor) Wrappers.present(total),
                ops.scalar(Arrays.stream(weights).sum()));
        Prediction prediction = Prediction.probable(ops, classes, sum);
        return hard ? new Prediction(classes, prediction.index(), null, sum, null) : prediction;
    }

    private static Prediction average(Emission to, PickledObject meta, Features x) {
        Ops ops = to.ops;
        List<PickledObject> members = Wrappers.estimators(meta, "estimators_");
        double[] weights = weights(meta, members.size());
        double all = Arrays.stream(weights).sum();
        Tensor total = null;
        for (int i = 0; i < weights.length; i++) {
            Tensor own = ops.mul(to.values(members.get(i), x), ops.scalar(weights[i] / all));
            total = total == null ? own : ops.add(total, own);
        }
        return Prediction.values((Tensor) Wrappers.present(total));
    }

    private static Prediction stackedClasses(Emission to, PickledObject meta, Features x) {
        List<Object> classes = Labels.of(meta);
        Prediction last = to.predict(meta.object("final_estimator_"), stacked(to, meta, x));
        if (last.classes().size() != classes.size()) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE, "StackingClassifier whose last estimator knows other classes");
        }
        return new Prediction(classes, last.index(), last.probabilities(), last.scores(), null);
    }

    private static Features stacked(Emission to, PickledObject meta, Features x) {
        List<PickledObject> members = Wrappers.estimators(meta, "estimators_");
        List<?> methods = meta.list("stack_method_");
        List<Features> parts = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            Prediction own = to.predict(members.get(i), x);
            Tensor part =
                    switch (String.valueOf(methods.get(i))) {
                        case "predict_proba" -> {
                            Tensor all = (Tensor) Wrappers.present(own.probabilities());
                            yield all.size(1).is(2) ? to.ops.columns(all, 1) : all;
                        }
                        case "decision_function" -> (Tensor) Wrappers.present(own.scores());
                        default ->
                            own.values() != null
                                    ? own.values()
                                    : to.ops.asNumber(to.ops.column(to.ops.graph.cast(
                                            (Tensor) Wrappers.present(own.index()), ElementType.INT64)));
                    };
            parts.add(Features.of(to.ops, part));
        }
        if (meta.flag("passthrough", false)) {
            parts.add(x);
        }
        return Features.of(to.ops, Features.concat(to.ops, parts).numbers());
    }
}
