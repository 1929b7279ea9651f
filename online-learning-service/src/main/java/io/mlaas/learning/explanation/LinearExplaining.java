package io.mlaas.learning.explanation;

import io.mlaas.explanation.Attribution;
import io.mlaas.explanation.Explanation;
import io.mlaas.explanation.Settings;
import io.mlaas.online.linear.Margins;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Of what is linear every method says the same: a column's weight times its difference from the reference. */
record LinearExplaining(Margins model) implements Explaining {

    @Override
    public Explained explained() {
        return model.schema().classifies() ? Explained.MARGINS : Explained.VALUES;
    }

    @Override
    public List<Explanation> explain(double[][] samples, Settings settings) {
        int columns = samples[0].length;
        double[][] references = settings.reference().resolve(samples.length, columns);
        List<Explanation> explanations = new ArrayList<>();
        for (int i = 0; i < samples.length; i++) {
            double[] prediction = outputs(samples[i]);
            List<Attribution> attributions = new ArrayList<>();
            double[] atReference = outputs(references[i]);
            for (int output : settings.target().resolve(prediction)) {
                attributions.add(
                        attribution(output, samples[i], references[i], prediction[output] - atReference[output]));
            }
            explanations.add(new Explanation(new int[] {columns}, prediction, atReference, attributions));
        }
        return explanations;
    }

    private Attribution attribution(int output, double[] sample, double[] reference, double difference) {
        double[] contributions = new double[sample.length];
        double[] weights = new double[sample.length];
        for (int column = 0; column < sample.length; column++) {
            weights[column] = sign(output) * model.weight(margin(output), column);
            contributions[column] = weights[column] * (sample[column] - reference[column]);
        }
        double delta = Arrays.stream(contributions).sum() - difference;
        return new Attribution(output, new int[] {sample.length}, contributions, weights, delta);
    }

    private double[] outputs(double[] sample) {
        double[] outputs = new double[model.schema().outputs()];
        for (int output = 0; output < outputs.length; output++) {
            double margin = model.intercept(margin(output));
            for (int column = 0; column < sample.length; column++) {
                margin += model.weight(margin(output), column) * sample[column];
            }
            outputs[output] = sign(output) * margin;
        }
        return outputs;
    }

    /** Two classes may share a margin: it speaks for the second, and its opposite for the first. */
    private boolean shared() {
        return model.margins() < model.schema().outputs();
    }

    private int margin(int output) {
        return shared() ? 0 : output;
    }

    private int sign(int output) {
        return shared() && output == 0 ? -1 : 1;
    }
}
