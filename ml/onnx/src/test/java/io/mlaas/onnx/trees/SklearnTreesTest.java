package io.mlaas.onnx.trees;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxFile;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.PickleFile;
import io.mlaas.onnx.pickle.PickleLimits;
import io.mlaas.onnx.pickle.PickledObject;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.OnnxModel;
import io.mlaas.onnx.runtime.TypedTensor;
import io.mlaas.onnx.sklearn.Outcome;
import io.mlaas.onnx.sklearn.Prediction;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against the predictions of scikit-learn 1.0.2, 1.2.1 and 1.9.1. */
class SklearnTreesTest {
    private final SklearnTrees trees = new SklearnTrees();

    static Stream<String> models() {
        return TreeFixtures.models("skl_");
    }

    @ParameterizedTest
    @MethodSource("models")
    void predictsWhatScikitLearnPredicts(String file) throws IOException {
        TreeFixtures.Recorded recorded = TreeFixtures.recorded(file);
        PickledObject model = (PickledObject) PickleFile.read(TreeFixtures.path(file), PickleLimits.DEFAULT);
        assertThat(trees.knows(model)).isTrue();
        compare(evaluated(model, recorded.x()), recorded.outputs(), 1e-12);
        try (OnnxModel single = written(model, ElementType.FLOAT32, recorded)) {
            compare(single.run(NamedTensors.of("X", recorded.x())), recorded.outputs(), 2e-6);
        }
        try (OnnxModel wide = written(model, ElementType.FLOAT64, recorded)) {
            TypedTensor x = recorded.x().as(ElementType.FLOAT64);
            compare(wide.run(NamedTensors.of("X", x)), recorded.outputs(), 1e-12);
        }
    }

    private OnnxModel written(PickledObject model, ElementType type, TreeFixtures.Recorded recorded) {
        OnnxGraph graph = new OnnxGraph();
        recorded.outputs().tensors().keySet().forEach(graph::reserve);
        Tensor x = graph.input(
                "X",
                type,
                new Shape(java.util.List.of(
                        Dim.symbol("batch"), Dim.of(recorded.x().width()))));
        Prediction prediction = trees.emit(model, graph, x, type);
        Map<String, Tensor> all = new LinkedHashMap<>();
        all.put("index", prediction.index());
        all.put("probabilities", prediction.probabilities());
        all.put("scores", prediction.scores());
        all.put("values", prediction.values());
        all.keySet().retainAll(recorded.outputs().tensors().keySet());
        return OnnxModel.load(OnnxFile.write(graph, "trees", all, new TreeMap<>()));
    }

    private NamedTensors evaluated(PickledObject model, TypedTensor x) {
        double[][] rows = new double[x.samples()][x.width()];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows[i].length; j++) {
                rows[i][j] = x.number(i * rows[i].length + j);
            }
        }
        Outcome outcome = trees.evaluate(model, rows);
        Map<String, TypedTensor> all = new LinkedHashMap<>();
        if (outcome.index().length > 0) {
            double[] index = Arrays.stream(outcome.index()).asDoubleStream().toArray();
            all.put("index", TypedTensor.float64(index, index.length));
        }
        put(all, "probabilities", outcome.probabilities());
        put(all, "scores", outcome.scores());
        put(all, "values", outcome.values());
        return new NamedTensors(all);
    }

    private static void put(Map<String, TypedTensor> all, String name, double[][] rows) {
        if (rows.length > 0) {
            double[] flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
            all.put(name, TypedTensor.float64(flat, rows.length, rows[0].length));
        }
    }

    private static void compare(NamedTensors found, NamedTensors expected, double tolerance) {
        expected.tensors().forEach((name, wanted) -> {
            TypedTensor tensor = found.get(name);
            assertThat(tensor.shape()).as(name).isEqualTo(wanted.shape());
            for (int i = 0; i < wanted.size(); i++) {
                double scale = Math.max(1, Math.abs(wanted.number(i)));
                assertThat(Math.abs(tensor.number(i) - wanted.number(i)) / scale)
                        .as("%s[%d]: %s (expected: %s)", name, i, tensor.number(i), wanted.number(i))
                        .isLessThanOrEqualTo(tolerance);
            }
        });
    }
}
