package io.mlaas.learning.explanation;

import io.mlaas.explanation.Attribution;
import io.mlaas.explanation.Explainer;
import io.mlaas.explanation.Explanation;
import io.mlaas.explanation.ExplanationRefused;
import io.mlaas.explanation.Settings;
import io.mlaas.explanation.Target;
import io.mlaas.online.torch.TorchPredictor;
import io.mlaas.onnx.TranslationRefused;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Explains a network by reading it. */
final class NetworkExplaining implements Explaining {
    private final Explainer explainer;
    private final int outputs;
    private final int[] shape;
    private final Explained explained;

    private NetworkExplaining(Explainer explainer, int outputs, int[] shape, Explained explained) {
        this.explainer = explainer;
        this.outputs = outputs;
        this.shape = shape;
        this.explained = explained;
    }

    /** @throws ExplanationRefused if it cannot be read, or explained */
    static NetworkExplaining of(TorchPredictor predictor) {
        TorchPredictor.Network network = predictor.network();
        if (network.wholeNumbers()) {
            throw new ExplanationRefused("the network takes whole numbers (expected: numbers that have differences)");
        }
        try {
            return new NetworkExplaining(
                    Explainer.ofTorchScript(
                            network.archive(), network.inputShape().toArray(new Integer[0])),
                    predictor.schema().outputs(),
                    network.inputShape().stream().mapToInt(Integer::intValue).toArray(),
                    Explained.valueOf(network.outputs().toUpperCase(Locale.ROOT)));
        } catch (TranslationRefused refused) {
            throw new ExplanationRefused("the network: " + refused.getMessage());
        }
    }

    @Override
    public Explained explained() {
        return explained;
    }

    @Override
    public List<Explanation> explain(double[][] samples, Settings settings) {
        if (outputs != 2) {
            return explainer.explain(samples, settings, shape);
        }
        // Of two, both are asked for: two classes may share a logit, which speaks for the second.
        return explainer.explain(samples, settings.withTarget(Target.all()), shape).stream()
                .map(all -> all.prediction().length == 1 ? ofBoth(all) : all)
                .map(all -> chosen(all, settings.target()))
                .toList();
    }

    private static Explanation ofBoth(Explanation shared) {
        Attribution second = shared.attributions().getFirst();
        Attribution first = new Attribution(
                0, second.shape(), opposite(second.contributions()), opposite(second.multipliers()), -second.delta());
        return new Explanation(
                shared.shape(),
                new double[] {-shared.prediction()[0], shared.prediction()[0]},
                new double[] {-shared.atReference()[0], shared.atReference()[0]},
                List.of(
                        first,
                        new Attribution(
                                1, second.shape(), second.contributions(), second.multipliers(), second.delta())));
    }

    private static Explanation chosen(Explanation all, Target target) {
        List<Attribution> attributions = new ArrayList<>();
        for (int output : target.resolve(all.prediction())) {
            attributions.add(all.attributions().get(output));
        }
        return new Explanation(all.shape(), all.prediction(), all.atReference(), attributions);
    }

    private static double[] opposite(double[] numbers) {
        return Arrays.stream(numbers).map(number -> -number).toArray();
    }
}
