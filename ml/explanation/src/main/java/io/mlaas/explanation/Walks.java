package io.mlaas.explanation;

import io.mlaas.explanation.Tape.Contributions;
import io.mlaas.onnx.numeric.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Runs a program forth and back over batches that fit into memory. */
final class Walks {
    private final Program program;
    private final Settings settings;
    private final int[] shape;
    private final int elements;

    /** Numbers that one sample needs; known after the first. */
    private long numbersPerSample;

    Walks(Program program, Settings settings, int... shape) {
        this.program = program;
        this.settings = settings;
        this.shape = shape;
        this.elements = WindowPlaces.size(shape);
    }

    static int[] batch(int samples, int... shape) {
        return IntStream.concat(IntStream.of(samples), IntStream.of(shape)).toArray();
    }

    /** How many samples are taken at a time: one first, then as many as fit. */
    private int together(int left) {
        int declared = program.inputShape()[0];
        if (declared > 0) {
            if (declared != 1) {
                throw new ExplanationRefused("batch: " + declared + " (expected: 1, or one that may vary)");
            }
            return 1;
        }
        return numbersPerSample == 0 ? 1 : (int) Math.clamp(settings.mostNumbers() / numbersPerSample, 1, left);
    }

    private static Array joined(double[][] samples, int from, int to, int... shape) {
        int elements = WindowPlaces.size(shape);
        double[] values = new double[(to - from) * elements];
        for (int i = from; i < to; i++) {
            System.arraycopy(samples[i], 0, values, (i - from) * elements, elements);
        }
        return Array.of(values, batch(to - from, shape));
    }

    /** One run forth, over several samples. */
    private record Run(Tape tape, Traced input, Traced output, int samples) {
        int outputs() {
            return output.length() / samples;
        }

        double[] prediction(Array values, int sample) {
            return Arrays.copyOfRange(values.values(), sample * outputs(), (sample + 1) * outputs());
        }
    }

    private Run forth(Array now, Array before, boolean revealCancel) {
        Tape tape = new Tape(revealCancel, settings.mostNumbers());
        Traced input = tape.input(now, before);
        Traced output = program.run(input, tape);
        int samples = now.size(0);
        if (output.now().rank() == 0 || output.length() % samples != 0) {
            throw new ExplanationRefused("output: shape " + Arrays.toString(output.shape())
                    + " (expected: the batch of " + samples + " first)");
        }
        numbersPerSample = Math.max(1, tape.numbers() / samples);
        return new Run(tape, input, output, samples);
    }

    List<Explanation> deepLift(double[][] samples, double[][] references, Method.Rule rule) {
        List<Explanation> all = new ArrayList<>();
        while (all.size() < samples.length) {
            int from = all.size();
            int to = from + together(samples.length - from);
            Run run = forth(
                    joined(samples, from, to, shape),
                    joined(references, from, to, shape),
                    rule == Method.Rule.REVEAL_CANCEL);
            all.addAll(explained(run));
        }
        return all;
    }

    private List<Explanation> explained(Run run) {
        List<List<Attribution>> attributions = new ArrayList<>();
        int[][] targets = new int[run.samples()][];
        for (int i = 0; i < run.samples(); i++) {
            attributions.add(new ArrayList<>());
            targets[i] = settings.target().resolve(run.prediction(run.output().now(), i));
        }
        for (int k = 0; k < targets[0].length; k++) {
            double[] weights = new double[run.output().length()];
            for (int i = 0; i < run.samples(); i++) {
                weights[i * run.outputs() + targets[i][k]] = 1;
            }
            Contributions found = run.tape().back(run.input(), run.output(), weights);
            for (int i = 0; i < run.samples(); i++) {
                attributions.get(i).add(attribution(run, i, targets[i][k], found));
            }
        }
        List<Explanation> explanations = new ArrayList<>();
        for (int i = 0; i < run.samples(); i++) {
            explanations.add(new Explanation(
                    shape.clone(),
                    run.prediction(run.output().now(), i),
                    run.prediction(run.output().before(), i),
                    attributions.get(i)));
        }
        return explanations;
    }

    private Attribution attribution(Run run, int sample, int target, Contributions found) {
        int from = sample * elements;
        int to = from + elements;
        int output = sample * run.outputs() + target;
        double difference =
                run.output().now().at(output) - run.output().before().at(output);
        return attribution(
                target,
                Arrays.copyOfRange(found.values(), from, to),
                Arrays.copyOfRange(found.multipliers(), from, to),
                difference);
    }

    private Attribution attribution(int target, double[] contributions, double[] multipliers, double difference) {
        double delta = Arrays.stream(contributions).sum() - difference;
        return new Attribution(target, shape.clone(), contributions, multipliers, delta);
    }

    Explanation integratedGradients(double[] sample, double[] reference, GaussLegendre path) {
        Array both = joined(new double[][] {sample, reference}, 0, 2, shape);
        double[] prediction = predicted(both.slice(0, 0, 1, 1));
        double[] atReference = predicted(both.slice(0, 1, 2, 1));
        int[] targets = settings.target().resolve(prediction);
        double[][] gradients = new double[targets.length][elements];
        int points = path.nodes().length;
        int done = 0;
        while (done < points) {
            int count = together(points - done);
            add(gradients, targets, path, done, along(sample, reference, path, done, count));
            done += count;
        }
        List<Attribution> attributions = new ArrayList<>();
        for (int k = 0; k < targets.length; k++) {
            double[] contributions = new double[elements];
            for (int i = 0; i < elements; i++) {
                contributions[i] = gradients[k][i] * (sample[i] - reference[i]);
            }
            double difference = prediction[targets[k]] - atReference[targets[k]];
            attributions.add(attribution(targets[k], contributions, gradients[k], difference));
        }
        return new Explanation(shape.clone(), prediction, atReference, attributions);
    }

    private double[] predicted(Array x) {
        Tape tape = new Tape(false, settings.mostNumbers());
        return program.run(tape.constant(x), tape).now().values();
    }

    private Array along(double[] sample, double[] reference, GaussLegendre path, int first, int count) {
        double[] values = new double[count * elements];
        for (int point = 0; point < count; point++) {
            double share = path.nodes()[first + point];
            for (int i = 0; i < elements; i++) {
                values[point * elements + i] = reference[i] + share * (sample[i] - reference[i]);
            }
        }
        return Array.of(values, batch(count, shape));
    }

    /** Where input and reference are one point, the multipliers are the gradient. */
    private void add(double[][] gradients, int[] targets, GaussLegendre path, int first, Array points) {
        Run run = forth(points, points, false);
        for (int k = 0; k < targets.length; k++) {
            double[] weights = new double[run.output().length()];
            for (int point = 0; point < run.samples(); point++) {
                weights[point * run.outputs() + targets[k]] = path.weights()[first + point];
            }
            double[] found = run.tape().back(run.input(), run.output(), weights).multipliers();
            for (int i = 0; i < found.length; i++) {
                gradients[k][i % elements] += found[i];
            }
        }
    }
}
