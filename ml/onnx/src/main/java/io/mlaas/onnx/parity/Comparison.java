package io.mlaas.onnx.parity;

import io.mlaas.onnx.parity.ParityCertificate.Worst;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.TypedTensor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares outputs sample by sample and remembers the largest differences. Floats agree within the tolerance, whole
 * numbers, truth and text only if they are equal; but a class label may differ where the two best scores are closer than
 * the tolerance, since they then have no certain order.
 */
final class Comparison {
    private final ParityPlan plan;
    private double maxAbsolute;
    private double sumAbsolute;
    private double maxRelative;
    private double sumRelative;
    private long compared;
    private long samples;
    private long sameLabel;
    private boolean labelsDecided = true;
    private double worstRatio = -1;
    private Worst worst = new Worst("", 0, "", 0, "", "", 0);
    private @Nullable NamedTensors worstInputs;
    private int worstSample;
    private final Set<String> failed = new HashSet<>();

    Comparison(ParityPlan plan) {
        this.plan = plan;
    }

    /** How much further apart the numbers of an output may be. */
    interface Widening {
        Widening NONE = (output, sample) -> 0;

        double at(String output, int sample);
    }

    void add(ParityInputs.Labelled input, NamedTensors reference, NamedTensors translated) {
        add(input, reference, translated, Widening.NONE);
    }

    void add(ParityInputs.Labelled input, NamedTensors reference, NamedTensors translated, Widening widening) {
        if (reference.tensors().isEmpty()) {
            throw new IllegalArgumentException("reference: no outputs (expected: at least one)");
        }
        for (Map.Entry<String, TypedTensor> output : reference.tensors().entrySet()) {
            TypedTensor found = translated.tensors().get(output.getKey());
            if (found == null) {
                worse(
                        input,
                        Double.POSITIVE_INFINITY,
                        0,
                        whole(input, output.getKey(), "an output of that name", "none"));
            } else if (!Arrays.equals(output.getValue().shape(), found.shape())) {
                String expected = "shape " + Arrays.toString(output.getValue().shape());
                worse(
                        input,
                        Double.POSITIVE_INFINITY,
                        0,
                        whole(input, output.getKey(), expected, "shape " + Arrays.toString(found.shape())));
            } else {
                compare(input, output.getKey(), output.getValue(), found, reference, widening);
            }
        }
    }

    /** Adds what another comparison, of the same plan, has seen. */
    void add(Comparison other) {
        maxAbsolute = Math.max(maxAbsolute, other.maxAbsolute);
        sumAbsolute += other.sumAbsolute;
        maxRelative = Math.max(maxRelative, other.maxRelative);
        sumRelative += other.sumRelative;
        compared += other.compared;
        samples += other.samples;
        sameLabel += other.sameLabel;
        labelsDecided &= other.labelsDecided;
        failed.addAll(other.failed);
        if (other.worstRatio > worstRatio) {
            worstRatio = other.worstRatio;
            worst = other.worst;
            worstInputs = other.worstInputs;
            worstSample = other.worstSample;
        }
    }

    private static Worst whole(ParityInputs.Labelled input, String output, String expected, String found) {
        return new Worst(input.labels().getFirst(), input.samples(), output, 0, expected, found, 0);
    }

    private void compare(
            ParityInputs.Labelled input,
            String output,
            TypedTensor reference,
            TypedTensor translated,
            NamedTensors allReference,
            Widening widening) {
        int width = reference.width();
        boolean floats = reference.type().isFloating() && translated.type().isFloating();
        boolean scores = floats && isScores(reference, output, allReference);
        double[] expected = floats ? reference.doubles() : new double[0];
        double[] found = floats ? translated.doubles() : new double[0];
        for (int sample = 0; sample < reference.samples(); sample++) {
            if (floats) {
                double magnitude = magnitude(reference, sample);
                double tolerance = plan.atol() + plan.rtol() * magnitude + widening.at(output, sample);
                for (int i = sample * width; i < (sample + 1) * width; i++) {
                    double ratio = ratio(expected[i], found[i], magnitude, tolerance);
                    fail(input, sample, ratio);
                    if (ratio > worstRatio) {
                        Worst where = worst(input, output, sample, i, reference, translated, tolerance);
                        worse(input, ratio, sample, where);
                    }
                }
                if (scores) {
                    compareArgmax(sample, reference, translated, tolerance);
                }
            } else {
                for (int i = sample * width; i < (sample + 1) * width; i++) {
                    compareExactly(input, output, sample, i, reference, translated, allReference);
                }
            }
        }
    }

    /** Where no output is a label, the largest of the first output is it. */
    private boolean isScores(TypedTensor tensor, String output, NamedTensors all) {
        return plan.classification()
                && tensor.width() > 0
                && output.equals(all.tensors().keySet().iterator().next())
                && all.tensors().values().stream().allMatch(t -> t.type().isFloating());
    }

    private double tolerance(TypedTensor reference, int sample) {
        double magnitude = magnitude(reference, sample);
        return plan.atol() + plan.rtol() * magnitude;
    }

    static double magnitude(TypedTensor reference, int sample) {
        double magnitude = 0;
        int width = reference.width();
        for (int i = sample * width; i < (sample + 1) * width; i++) {
            double value = reference.number(i);
            magnitude = Double.isFinite(value) ? Math.max(magnitude, Math.abs(value)) : magnitude;
        }
        return magnitude;
    }

    private static Worst worst(
            ParityInputs.Labelled input,
            String output,
            int sample,
            int index,
            TypedTensor reference,
            TypedTensor translated,
            double tolerance) {
        return new Worst(
                input.label(sample),
                input.samples(),
                output,
                index - sample * reference.width(),
                reference.text(index),
                translated.text(index),
                tolerance);
    }

    /** How many times the tolerance apart; counts the difference. */
    private double ratio(double expected, double found, double magnitude, double tolerance) {
        if (Double.isFinite(expected) && Double.isFinite(found)) {
            double difference = Math.abs(expected - found);
            maxAbsolute = Math.max(maxAbsolute, difference);
            sumAbsolute += difference;
            compared++;
            double relative = magnitude == 0 ? 0 : difference / magnitude;
            maxRelative = Math.max(maxRelative, relative);
            sumRelative += relative;
            return difference == 0 ? 0 : difference / tolerance;
        }
        return Float.compare((float) expected, (float) found) == 0 ? 0 : Double.POSITIVE_INFINITY;
    }

    private void compareArgmax(int sample, TypedTensor reference, TypedTensor translated, double tolerance) {
        int width = reference.width();
        int expected = largest(reference, sample);
        int found = largest(translated, sample);
        countLabel(expected == found);
        // two scores closer than the tolerance have no certain order
        double gap = reference.number(sample * width + expected) - reference.number(sample * width + found);
        labelsDecided &= gap <= 2 * tolerance;
    }

    private void compareExactly(
            ParityInputs.Labelled input,
            String output,
            int sample,
            int index,
            TypedTensor reference,
            TypedTensor translated,
            NamedTensors allReference) {
        boolean equal = equal(reference, translated, index);
        if (plan.classification()) {
            countLabel(equal);
        }
        double ratio = equal || (plan.classification() && isUncertain(allReference, sample, target(reference, index)))
                ? 0
                : Double.POSITIVE_INFINITY;
        fail(input, sample, ratio);
        if (ratio > worstRatio) {
            worse(input, ratio, sample, worst(input, output, sample, index, reference, translated, 0));
        }
    }

    private static boolean equal(TypedTensor a, TypedTensor b, int index) {
        if (a.isText() || b.isText()) {
            return a.text(index).equals(b.text(index));
        }
        return a.number(index) == b.number(index);
    }

    /** Which of several targets a label is about; -1 where there is one target only. */
    private static int target(TypedTensor labels, int index) {
        return labels.width() > 1 ? index % labels.width() : -1;
    }

    /** Whether the scores that a label comes from are too close to tell the order. */
    private boolean isUncertain(NamedTensors reference, int sample, int target) {
        TypedTensor own = reference.tensors().get("probabilities_" + target);
        if (own != null) {
            return isUncertain(own, sample);
        }
        for (TypedTensor scores : reference.tensors().values()) {
            if (scores.type().isFloating() && scores.samples() > sample && scores.width() > 0) {
                return target < 0
                        ? isUncertain(scores, sample)
                        : target < scores.width()
                                && isAtThreshold(
                                        scores.number(sample * scores.width() + target), tolerance(scores, sample));
            }
        }
        return false;
    }

    /** Whether the two best scores of a sample, or its only one and the threshold, are too close to tell the order. */
    private boolean isUncertain(TypedTensor scores, int sample) {
        double tolerance = tolerance(scores, sample);
        int width = scores.width();
        if (width == 1) {
            return isAtThreshold(scores.number(sample), tolerance);
        }
        double[] sorted = Arrays.copyOfRange(scores.doubles(), sample * width, (sample + 1) * width);
        Arrays.sort(sorted);
        return sorted[width - 1] - sorted[width - 2] <= 2 * tolerance;
    }

    private static boolean isAtThreshold(double score, double tolerance) {
        return Math.min(Math.abs(score), Math.abs(score - 0.5)) <= tolerance;
    }

    private void countLabel(boolean same) {
        samples++;
        sameLabel += same ? 1 : 0;
    }

    private void fail(ParityInputs.Labelled input, int sample, double ratio) {
        if (ratio > 1) {
            failed.add(input.label(sample));
        }
    }

    private void worse(ParityInputs.Labelled input, double ratio, int sample, Worst where) {
        if (ratio > worstRatio) {
            worstSample = Math.min(sample, input.samples() - 1);
            worstRatio = ratio;
            worst = where;
            worstInputs = input.tensors();
        }
    }

    private static int largest(TypedTensor scores, int sample) {
        int width = scores.width();
        int best = 0;
        for (int i = 1; i < width; i++) {
            best = scores.number(sample * width + i) > scores.number(sample * width + best) ? i : best;
        }
        return best;
    }

    boolean passed() {
        return worstRatio <= 1 && worstRatio >= 0 && labelsDecided;
    }

    /** Samples with an output beyond the tolerance, as many as have labels of their own. */
    int failedSamples() {
        return failed.size();
    }

    Worst worst() {
        return worst;
    }

    /** The batch with the worst sample; null before the first comparison. */
    @Nullable
    NamedTensors worstInputs() {
        return worstInputs;
    }

    /** Its place in that batch. */
    int worstSample() {
        return worstSample;
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

    double meanRelative() {
        return compared == 0 ? 0 : sumRelative / compared;
    }

    /** Share of equal labels; null when none was compared. */
    @Nullable
    Double labelAgreement() {
        return samples == 0 ? null : (Double) ((double) sameLabel / samples);
    }
}
