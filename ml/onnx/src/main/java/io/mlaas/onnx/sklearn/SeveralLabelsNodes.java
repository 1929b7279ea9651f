package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.ClassLabels;
import io.mlaas.onnx.pickle.NdArray;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Classifiers of several targets at once. */
final class SeveralLabelsNodes {
    /** The classes of a target that is there or not. */
    static final List<Object> ABSENT_PRESENT = List.of(0L, 1L);

    private SeveralLabelsNodes() {}

    static void register(Map<String, Emission.Predictor> predictors) {
        predictors.put(
                "MultiOutputClassifier",
                (to, m, x) -> Prediction.several(
                        Wrappers.estimators(m, "estimators_").stream()
                                .map(e -> oneTarget(to.predict(e, x), e))
                                .toList(),
                        null));
        predictors.put("ClassifierChain", SeveralLabelsNodes::chain);
    }

    /** Whether each row may have several labels, or none. */
    static boolean isOfSeveral(PickledObject model) {
        for (String binarizer : List.of("label_binarizer_", "_label_binarizer")) {
            if (model.get(binarizer) instanceof PickledObject labels
                    && labels.text("y_type_", "multiclass").startsWith("multilabel")) {
                return true;
            }
        }
        return false;
    }

    /** The outputs beyond {@code label} and {@code probabilities} that a model may have. */
    static List<String> names(PickledObject last) {
        int targets = last.get("classes_") instanceof List<?> each
                ? each.size()
                : last.simpleName().equals("MultiOutputClassifier")
                        ? last.list("estimators_").size()
                        : 0;
        return IntStream.range(0, targets).mapToObj(i -> "probabilities_" + i).toList();
    }

    static Map<String, Tensor> outputs(Ops ops, Prediction prediction) {
        List<Prediction> each = prediction.each();
        List<Tensor> labels = each.stream()
                .map(one -> ops.column(SklearnModel.label(ops, one)))
                .toList();
        if (labels.stream().map(Tensor::type).distinct().count() > 1) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE, "targets of which some are text and some numbers (expected: one kind)");
        }
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("label", ops.concat(labels));
        if (prediction.probabilities() != null) {
            outputs.put("probabilities", prediction.probabilities());
            return outputs;
        }
        for (int i = 0; i < each.size(); i++) {
            String name = "probabilities_" + i;
            SklearnModel.probabilities(ops, each.get(i)).ifPresent(p -> outputs.put(name, p));
        }
        return outputs;
    }

    private static Prediction oneTarget(Prediction prediction, PickledObject estimator) {
        if (prediction.classes().isEmpty()) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE, estimator.simpleName() + " where a classifier of one target is expected");
        }
        return prediction;
    }

    /** Each column of scores is a target's, which is there where they are above a threshold. */
    static Prediction above(Ops ops, Tensor scores, double threshold, @Nullable Tensor probabilities) {
        int targets = (int) scores.size(1).value();
        List<Prediction> each = new ArrayList<>();
        for (int i = 0; i < targets; i++) {
            Tensor score = ops.sub(ops.columns(scores, i), ops.scalar(threshold));
            each.add(Prediction.decided(ops, ABSENT_PRESENT, score, null));
        }
        return Prediction.several(each, probabilities);
    }

    static Prediction oneVersusRest(Emission to, PickledObject meta, Features x) {
        Ops ops = to.ops;
        List<Tensor> probabilities = new ArrayList<>();
        List<Prediction> each = new ArrayList<>();
        for (PickledObject estimator : Wrappers.estimators(meta, "estimators_")) {
            Prediction own = oneTarget(to.predict(estimator, x), estimator);
            Tensor score = own.scores() != null
                    ? own.scores()
                    : ops.sub(ops.columns((Tensor) Wrappers.present(own.probabilities()), 1), ops.scalar(0.5));
            each.add(Prediction.decided(ops, ABSENT_PRESENT, score, null));
            if (own.probabilities() != null) {
                probabilities.add(ops.columns(own.probabilities(), 1));
            }
        }
        return Prediction.several(each, probabilities.size() == each.size() ? ops.concat(probabilities) : null);
    }

    /** Each target's classifier also sees what was said of the targets before it. */
    private static Prediction chain(Emission to, PickledObject meta, Features x) {
        Ops ops = to.ops;
        List<PickledObject> members = Wrappers.estimators(meta, "estimators_");
        int[] order = EnsembleNodes.order(meta);
        Prediction[] each = new Prediction[members.size()];
        Tensor[] probabilities = new Tensor[members.size()];
        boolean probable = true;
        Tensor known = x.numbers();
        for (int i = 0; i < order.length; i++) {
            Prediction own = oneTarget(to.predict(members.get(i), Features.of(ops, known)), members.get(i));
            each[order[i]] = own;
            probable &= own.probabilities() != null && own.classes().size() == 2;
            if (probable) {
                probabilities[order[i]] = ops.columns((Tensor) Wrappers.present(own.probabilities()), 1);
            }
            known = ops.concat(List.of(known, said(ops, method(meta), own)));
        }
        return Prediction.several(List.of(each), probable ? ops.concat(List.of(probabilities)) : null);
    }

    /** What a chain tells its later members of an earlier one. */
    static String method(PickledObject chain) {
        return chain.text("chain_method_", "predict");
    }

    private static Tensor said(Ops ops, String method, Prediction own) {
        if (!method.equals("predict") && own.classes().size() != 2) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE,
                    "ClassifierChain.chain_method: " + method + " with "
                            + own.classes().size() + " classes (expected: two)");
        }
        return switch (method) {
            case "predict" -> {
                if (Labels.areText(own.classes())) {
                    throw new TranslationRefused(
                            Reason.UNSUPPORTED_CODE, "ClassifierChain of labels that are text (expected: numbers)");
                }
                yield ops.column(ops.graph.cast(SklearnModel.label(ops, own), ops.type));
            }
            case "predict_proba" -> ops.columns((Tensor) Wrappers.present(own.probabilities()), 1);
            case "predict_log_proba" ->
                ops.unary("Log", ops.columns((Tensor) Wrappers.present(own.probabilities()), 1));
            case "decision_function" -> (Tensor) Wrappers.present(own.scores());
            default ->
                throw new TranslationRefused(
                        Reason.UNSUPPORTED_CODE, "ClassifierChain.chain_method: " + method + " (expected: predict)");
        };
    }

    /** Of each target a table (stored rows, classes) with a one for the class of each row. */
    static List<double[]> tables(PickledObject neighbors, int targets) {
        int[] labels = neighbors.array("_y").ints();
        List<double[]> tables = new ArrayList<>();
        for (int target = 0; target < targets; target++) {
            int classes = classes(neighbors).get(target).size();
            double[] table = new double[labels.length / targets * classes];
            for (int row = 0; row < labels.length / targets; row++) {
                table[row * classes + labels[row * targets + target]] = 1;
            }
            tables.add(table);
        }
        return tables;
    }

    /** The classes of each target. */
    static List<List<Object>> classes(PickledObject neighbors) {
        if (!neighbors.flag("outputs_2d_", false)) {
            return List.of(Labels.of(neighbors));
        }
        return neighbors.list("classes_").stream()
                .map(c -> ClassLabels.of((NdArray) Wrappers.present(c)))
                .toList();
    }
}
