package io.mlaas.onnx.parity;

import io.mlaas.onnx.parity.ParityCertificate.Worst;
import io.mlaas.onnx.runtime.Batch;
import java.util.Arrays;

/** Compares outputs sample by sample and remembers the largest differences. */
final class Comparison {
    private final ParityPlan plan;
    private double maxAbsolute;
    private double sumAbsolute;
    private double maxRelative;
    private long compared;
    private long samples;
    private long sameLabel;
    private boolean labelsDecided = true;
    private double worstRatio = -1;
    private Worst worst = new Worst("", 0, 0, "", "", 0);

    Comparison(ParityPlan plan) {
        this.plan = plan;
    }

    void add(ParityInputs.Labelled input, Batch reference, Batch translated) {
        if (!Arrays.equals(reference.shape(), translated.shape())) {
            worse(
                    Double.POSITIVE_INFINITY,
                    new Worst(
                            input.labels().getFirst(),
                            input.batch().samples(),
                            0,
                            "shape " + Arrays.toString(reference.shape()),
                            "shape " + Arrays.toString(translated.shape()),
                            0));
            return;
        }
        int width = reference.width();
        for (int sample = 0; sample < reference.samples(); sample++) {
            compare(input, sample, slice(reference, sample, width), slice(translated, sample, width));
        }
    }

    private static float[] slice(Batch batch, int sample, int width) {
        return Arrays.copyOfRange(batch.values(), sample * width, (sample + 1) * width);
    }

    private void compare(ParityInputs.Labelled input, int sample, float[] reference, float[] translated) {
        double magnitude = 0;
        for (float value : reference) {
            magnitude = Float.isFinite(value) ? Math.max(magnitude, Math.abs(value)) : magnitude;
        }
        double tolerance = plan.atol() + plan.rtol() * magnitude;
        for (int i = 0; i < reference.length; i++) {
            double ratio = 0;
            if (Float.isFinite(reference[i]) && Float.isFinite(translated[i])) {
                double difference = Math.abs((double) reference[i] - translated[i]);
                maxAbsolute = Math.max(maxAbsolute, difference);
                sumAbsolute += difference;
                compared++;
                maxRelative = Math.max(maxRelative, magnitude == 0 ? 0 : difference / magnitude);
                ratio = difference == 0 ? 0 : difference / tolerance;
            } else if (Float.compare(reference[i], translated[i]) != 0) {
                ratio = Double.POSITIVE_INFINITY;
            }
            if (ratio > worstRatio) {
                worse(
                        ratio,
                        new Worst(
                                input.labels().get(sample),
                                input.batch().samples(),
                                i,
                                Float.toString(reference[i]),
                                Float.toString(translated[i]),
                                tolerance));
            }
        }
        if (plan.classification()) {
            samples++;
            int expected = label(reference);
            int found = label(translated);
            sameLabel += expected == found ? 1 : 0;
            // Two scores closer than the tolerance have no certain order.
            labelsDecided &= expected == found || reference[expected] - reference[found] <= 2 * tolerance;
        }
    }

    private void worse(double ratio, Worst where) {
        worstRatio = ratio;
        worst = where;
    }

    private static int label(float[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return best;
    }

    boolean passed() {
        return worstRatio <= 1 && labelsDecided && worstRatio >= 0;
    }

    Worst worst() {
        return worst;
    }

    double maxAbsolute() {
        return maxAbsolute;
    }

    double meanAbsolute() {
        return compared == 0 ? 0 : sumAbsolute / compared;
    }

    double maxRelative() {
        return maxRelative;
    }

    double labelAgreement() {
        return samples == 0 ? 1 : (double) sameLabel / samples;
    }
}
