package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Pipelines, ColumnTransformer, FeatureUnion. */
final class CompositionNodes {
    private CompositionNodes() {}

    static void register(Map<String, Emission.Transformer> transformers) {
        transformers.put(
                "Pipeline", (to, pipeline, x) -> to.transform(Wrappers.last(pipeline), allButLast(to, pipeline, x)));
        transformers.put("ColumnTransformer", CompositionNodes::sideBySide);
        transformers.put("FeatureUnion", CompositionNodes::sideBySide);
    }

    static Features allButLast(Emission to, PickledObject pipeline, Features x) {
        List<PickledObject> steps = Wrappers.steps(pipeline);
        Features value = x;
        for (PickledObject step : steps.subList(0, steps.size() - 1)) {
            value = to.transform(step, value);
        }
        return value;
    }

    private static Features sideBySide(Emission to, PickledObject composite, Features x) {
        List<Features> parts = new ArrayList<>();
        for (ColumnChoice choice : ColumnChoice.of(composite, x.width())) {
            Features chosen = x.select(choice.columns());
            PickledObject transformer = choice.transformer();
            Features part = transformer == null ? chosen : to.transform(transformer, chosen);
            parts.add(
                    choice.weight() == 1
                            ? part
                            : Features.of(to.ops, to.ops.mul(part.numbers(), to.ops.scalar(choice.weight()))));
        }
        return Features.concat(to.ops, parts);
    }
}
