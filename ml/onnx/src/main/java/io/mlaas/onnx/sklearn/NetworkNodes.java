package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.List;
import java.util.Map;

/** Multi-layer perceptrons. */
final class NetworkNodes {
    private NetworkNodes() {}

    static void register(Map<String, Emission.Predictor> predictors) {
        predictors.put("MLPRegressor", (to, m, x) -> Prediction.values(output(to.ops, m, x.numbers())));
        predictors.put("MLPClassifier", NetworkNodes::classification);
    }

    private static Prediction classification(Emission to, PickledObject model, Features x) {
        Tensor output = output(to.ops, model, x.numbers());
        List<Object> classes = Labels.of(model);
        if (SeveralLabelsNodes.isOfSeveral(model)) {
            return SeveralLabelsNodes.above(to.ops, output, 0.5, output);
        }
        if (!output.size(1).is(1)) {
            return Prediction.probable(to.ops, classes, output);
        }
        Tensor positive = to.ops.sub(output, to.ops.scalar(0.5));
        return Prediction.decided(to.ops, classes, positive, to.ops.complement(output));
    }

    private static Tensor output(Ops ops, PickledObject model, Tensor x) {
        List<Matrix> weights = Matrix.list(model, "coefs_");
        List<Matrix> biases = Matrix.list(model, "intercepts_");
        Tensor value = x;
        for (int layer = 0; layer < weights.size(); layer++) {
            value = ops.add(
                    ops.matmul(value, ops.weights(weights.get(layer))),
                    ops.row(biases.get(layer).values()));
            value = activation(ops, model.text(layer + 1 < weights.size() ? "activation" : "out_activation_"), value);
        }
        return value;
    }

    private static Tensor activation(Ops ops, String name, Tensor x) {
        return switch (name) {
            case "identity" -> x;
            case "relu" -> ops.unary("Relu", x);
            case "tanh" -> ops.unary("Tanh", x);
            case "logistic" -> ops.sigmoid(x);
            case "softmax" -> ops.softmax(x);
            case "exp" -> ops.unary("Exp", x);
            default ->
                throw new TranslationRefused(
                        Reason.UNSUPPORTED_OPERATOR, "activation " + name + " (expected: one of scikit-learn's)");
        };
    }
}
