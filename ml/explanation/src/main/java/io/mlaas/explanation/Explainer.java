package io.mlaas.explanation;

import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.TorchScriptTranslator;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.graph.OnnxBytes;
import io.mlaas.onnx.numeric.Array;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Explains a model's outputs. The model is read, never executed: its operators are calculated here, in 64-bit floats.
 * Safe for concurrent use.
 */
public final class Explainer {
    private final Program program;

    private Explainer(Program program) {
        this.program = program;
    }

    /**
     * @param sampleShape of one sample, where the archive does not say it
     * @throws io.mlaas.onnx.TranslationRefused when the file is no TorchScript archive that can be read
     * @throws ExplanationRefused when it has operators without a rule
     * @throws IOException when the file cannot be read
     */
    public static Explainer ofTorchScript(Path archive, Integer... sampleShape) throws IOException {
        return ofOnnx(translator(sampleShape).translate(archive).onnx());
    }

    /** As {@link #ofTorchScript(Path, Integer...)}. */
    public static Explainer ofTorchScript(byte[] archive, Integer... sampleShape) {
        return ofOnnx(translator(sampleShape).translate(archive).onnx());
    }

    private static TorchScriptTranslator translator(Integer... sampleShape) {
        TranslationOptions fixed = TranslationOptions.DEFAULT.withDynamicTime(false);
        return new TorchScriptTranslator(
                ReadLimits.DEFAULT, sampleShape.length == 0 ? fixed : fixed.withInputShape(sampleShape));
    }

    /**
     * An ONNX model with one input, the batch first; its first output is explained.
     *
     * @throws ExplanationRefused when it has operators without a rule, which are named, or several inputs
     */
    public static Explainer ofOnnx(OnnxBytes onnx) {
        return new Explainer(Program.of(onnx));
    }

    /**
     * For a model whose input has fixed sizes.
     *
     * @param samples each flat, in row-major order
     */
    public List<Explanation> explain(double[][] samples, Settings settings) {
        int[] declared = program.inputShape();
        return explain(samples, settings, Arrays.copyOfRange(declared, 1, declared.length));
    }

    /**
     * @param samples each flat, in row-major order
     * @param shape of a sample, without the batch
     * @return one for each sample
     * @throws ExplanationRefused when shapes do not fit, a target does not exist, or one sample needs too much memory
     */
    public List<Explanation> explain(double[][] samples, Settings settings, int... shape) {
        program.requireSample(shape);
        int elements = WindowPlaces.size(shape);
        for (double[] sample : samples) {
            requireSample(sample, elements, shape);
        }
        double[][] references = settings.reference().resolve(samples.length, elements);
        Walks walks = new Walks(program, settings, shape);
        List<Explanation> explanations = new ArrayList<>();
        switch (settings.method()) {
            case Method.DeepLift(Method.Rule rule) -> explanations.addAll(walks.deepLift(samples, references, rule));
            case Method.IntegratedGradients(int points) -> {
                GaussLegendre path = GaussLegendre.of(points);
                for (int i = 0; i < samples.length; i++) {
                    explanations.add(walks.integratedGradients(samples[i], references[i], path));
                }
            }
        }
        return explanations;
    }

    private static void requireSample(double[] sample, int elements, int... shape) {
        if (sample.length != elements) {
            throw new ExplanationRefused("input: " + sample.length + " elements (expected: " + elements
                    + ", for a sample of shape " + Arrays.toString(shape) + ")");
        }
        if (!Arrays.stream(sample).allMatch(Double::isFinite)) {
            throw new ExplanationRefused("input: NaN or infinity (expected: finite numbers)");
        }
    }

    /** What the model says, in 64-bit floats; each sample flat. */
    public double[][] predict(double[][] samples, int... shape) {
        program.requireSample(shape);
        double[][] outputs = new double[samples.length][];
        for (int i = 0; i < samples.length; i++) {
            requireSample(samples[i], WindowPlaces.size(shape), shape);
            Tape tape = new Tape(false, Long.MAX_VALUE);
            Array x = Array.of(samples[i], Walks.batch(1, shape));
            outputs[i] = program.run(tape.constant(x), tape).now().values();
        }
        return outputs;
    }
}
