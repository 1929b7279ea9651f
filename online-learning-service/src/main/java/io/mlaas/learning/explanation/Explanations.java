package io.mlaas.learning.explanation;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.explanation.Attribution;
import io.mlaas.explanation.Attribution.Contribution;
import io.mlaas.explanation.Explanation;
import io.mlaas.learning.learner.ExplainerSettings.Method;
import io.mlaas.online.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Why a learner answers so.
 *
 * @param explained what the outputs are: values, margins or logits of classes, probabilities
 * @param explanations of each instance
 */
record Explanations(String method, String explained, List<OfInstance> explanations) {

    /**
     * @param prediction every output of the instance
     * @param atReference every output of the reference
     */
    record OfInstance(Map<String, Double> prediction, Map<String, Double> atReference, List<OfOutput> outputs) {}

    /**
     * The difference of an output between instance and reference, shared among the inputs.
     *
     * @param contributions of each input: a number, or nested lists of the shape of a tensor
     * @param steps of each tensor the sums above and below zero, for each index of its first axis
     * @param positive sum of the contributions above zero
     * @param negative sum of the contributions below zero
     * @param delta sum of the contributions less the difference: 0 where the method is complete
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record OfOutput(
            String output,
            Map<String, Object> contributions,
            Map<String, List<Contribution>> steps,
            double positive,
            double negative,
            double delta) {}

    static Explanations of(
            Schema schema, Method method, Explaining.Explained explained, List<Explanation> explanations) {
        return new Explanations(
                method.name().toLowerCase(Locale.ROOT),
                explained.name().toLowerCase(Locale.ROOT),
                explanations.stream()
                        .map(explanation -> instance(schema, explanation))
                        .toList());
    }

    private static OfInstance instance(Schema schema, Explanation explanation) {
        List<OfOutput> outputs = new ArrayList<>();
        for (Attribution attribution : explanation.attributions()) {
            outputs.add(output(schema, attribution));
        }
        return new OfInstance(
                named(schema, explanation.prediction()), named(schema, explanation.atReference()), outputs);
    }

    private static OfOutput output(Schema schema, Attribution attribution) {
        Columns columns = new Columns(schema);
        double positive = 0;
        double negative = 0;
        for (double contribution : attribution.contributions()) {
            positive += Math.max(0, contribution);
            negative += Math.min(0, contribution);
        }
        return new OfOutput(
                schema.target().names().get(attribution.output()),
                columns.byInput(attribution.contributions()),
                columns.bySteps(attribution.contributions()),
                positive,
                negative,
                attribution.delta());
    }

    private static Map<String, Double> named(Schema schema, double[] outputs) {
        Map<String, Double> named = new LinkedHashMap<>();
        for (int i = 0; i < outputs.length; i++) {
            named.put(schema.target().names().get(i), outputs[i]);
        }
        return named;
    }
}
