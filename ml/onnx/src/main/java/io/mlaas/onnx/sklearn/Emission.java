package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes an estimator, and those inside it, into a graph. */
final class Emission {
    private static final int MAX_DEPTH = 40;
    private static final int MAX_ESTIMATORS = 5000;

    final Ops ops;
    final SortedMap<String, Integer> used = new TreeMap<>();
    final Set<String> warnings = new TreeSet<>();
    private final ElementType treeType;
    private int depth;
    private int count;

    interface Transformer {
        Features emit(Emission to, PickledObject estimator, Features x);
    }

    interface Predictor {
        Prediction emit(Emission to, PickledObject estimator, Features x);
    }

    private static final Map<String, Transformer> TRANSFORMERS = new HashMap<>();
    private static final Map<String, Predictor> PREDICTORS = new HashMap<>();

    static {
        ScalerNodes.register(TRANSFORMERS);
        EncoderNodes.register(TRANSFORMERS);
        ProjectionNodes.register(TRANSFORMERS);
        CompositionNodes.register(TRANSFORMERS);
        LinearNodes.register(PREDICTORS);
        KernelNodes.register(PREDICTORS);
        NeighborNodes.register(PREDICTORS);
        BayesNodes.register(PREDICTORS);
        MixtureNodes.register(PREDICTORS);
        NetworkNodes.register(PREDICTORS);
        MetaNodes.register(PREDICTORS);
        EnsembleNodes.register(PREDICTORS);
        SeveralLabelsNodes.register(PREDICTORS);
        RadiusNodes.register(PREDICTORS);
        ProcessNodes.register(PREDICTORS);
        TextNodes.register(TRANSFORMERS);
        FactorNodes.register(TRANSFORMERS);
        CurveNodes.register(TRANSFORMERS, PREDICTORS);
        SimilarityNodes.register(TRANSFORMERS, PREDICTORS);
        BaselineNodes.register(TRANSFORMERS, PREDICTORS);
    }

    /**
     * @param type in which is calculated
     * @param treeType in which ensembles of trees add their leaves
     */
    Emission(OnnxGraph graph, ElementType type, ElementType treeType) {
        this.ops = new Ops(graph, type);
        this.treeType = treeType;
    }

    static boolean transforms(PickledObject estimator) {
        return TRANSFORMERS.containsKey(Wrappers.unwrapped(estimator).simpleName());
    }

    static boolean predicts(PickledObject estimator) {
        PickledObject inner = Wrappers.unwrapped(estimator);
        return PREDICTORS.containsKey(inner.simpleName()) || Extension.of(inner).isPresent();
    }

    Features transform(PickledObject estimator, Features x) {
        PickledObject inner = Wrappers.unwrapped(estimator);
        Transformer transformer = TRANSFORMERS.get(inner.simpleName());
        if (transformer == null) {
            throw unknown(inner);
        }
        enter(inner);
        Features result = transformer.emit(this, inner, x);
        depth--;
        return result;
    }

    Prediction predict(PickledObject estimator, Features x) {
        PickledObject inner = Wrappers.unwrapped(estimator);
        if (inner.simpleName().equals("Pipeline")) {
            return predict(Wrappers.last(inner), CompositionNodes.allButLast(this, inner, x));
        }
        Predictor predictor = PREDICTORS.get(inner.simpleName());
        Extension extension = Extension.of(inner).orElse(null);
        Prediction result;
        if (extension == null && predictor == null) {
            throw unknown(inner);
        }
        enter(inner);
        if (extension == null) {
            result = ((Predictor) Wrappers.present(predictor)).emit(this, inner, x);
        } else {
            Features taken = inner.get("_preprocessor") instanceof PickledObject first ? transform(first, x) : x;
            result = extension.emit(inner, ops.graph, taken.numbers(), treeType).as(ops);
            if (inner.simpleName().equals("IsolationForest")) {
                result = KernelNodes.outliers(ops, "GreaterOrEqual", (Tensor) Wrappers.present(result.scores()));
            }
        }
        depth--;
        return result;
    }

    /** Predicted numbers. */
    Tensor values(PickledObject estimator, Features x) {
        Tensor values = predict(estimator, x).values();
        if (values == null) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE, estimator.simpleName() + " where a regressor is expected");
        }
        return values;
    }

    Tensor probabilities(PickledObject estimator, Features x) {
        Tensor probabilities = predict(estimator, x).probabilities();
        if (probabilities == null) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE, estimator.simpleName() + " gives no probabilities (expected: some)");
        }
        return probabilities;
    }

    private void enter(PickledObject estimator) {
        depth++;
        if (depth > MAX_DEPTH || ++count > MAX_ESTIMATORS) {
            throw new TranslationRefused(
                    Reason.TOO_LARGE,
                    "estimators in estimators (expected: at most " + MAX_ESTIMATORS + ", " + MAX_DEPTH + " deep)");
        }
        used.merge(estimator.simpleName(), 1, Integer::sum);
        ops.graph.locate(estimator.simpleName(), estimator.className());
    }

    private static TranslationRefused unknown(PickledObject estimator) {
        return new TranslationRefused(
                Reason.UNSUPPORTED_OPERATOR,
                estimator.className() + " (expected: an estimator that has a translation)");
    }
}
