package io.mlaas.neural.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.engine.PyTorch;
import io.mlaas.neural.network.Layer;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.Node;
import io.mlaas.neural.network.ParameterSpec;
import io.mlaas.neural.network.SplitMix64;
import io.mlaas.neural.network.Tensor;
import io.mlaas.neural.network.Weights;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * Trains one network again and again from weights that are given, on samples that are given: a client of federated
 * learning, or many of them in turn. The module stays in the engine, weights go in and out of its memory as one flat
 * vector in the order of {@link Network#parameters()}, running statistics included. Everything that is drawn comes from
 * the seed of the call. For one thread, the one that made it.
 */
public final class LocalTrainer implements AutoCloseable {
    private static final int EVALUATION_BATCH = 256;

    /** The engine has one generator for dropout in all threads: who draws from it trains alone. */
    private static final ReentrantLock GENERATOR = new ReentrantLock();

    private final Network trained;
    private final Loss loss;
    private final EngineModule module;
    private final List<FloatBuffer> memory = new ArrayList<>();
    private final int size;
    private final boolean draws;

    /**
     * How to train.
     *
     * @param batch samples per step; the last of an epoch may have fewer
     * @param proximal μ of FedProx (Li et al., Federated Optimization in Heterogeneous Networks, MLSys 2020): adds μ/2 ‖w −
     *     w₀‖² to the loss, w₀ being the weights that were given; 0 for none
     */
    public record Settings(OptimizerSettings optimizer, int epochs, int batch, double proximal, GradientClip clip) {
        public Settings {
            requireAtLeastOne("epochs", epochs);
            requireAtLeastOne("batch", batch);
            if (!(proximal >= 0 && proximal < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("proximal: " + proximal + " (expected: >= 0)");
            }
        }

        public Settings(OptimizerSettings optimizer, int epochs, int batch) {
            this(optimizer, epochs, batch, 0, GradientClip.NONE);
        }

        /** Steps of one training on so many samples. */
        public long steps(int samples) {
            return epochs * Math.ceilDiv((long) samples, batch);
        }

        private static void requireAtLeastOne(String name, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
            }
        }
    }

    /**
     * What is known of weights after looking at samples.
     *
     * @param outputs one row per sample, before a softmax that training left out
     * @param accuracy empty where there are no labels
     */
    @SuppressWarnings("ArrayRecordComponent") // bulk numbers; documented as not copied
    public record Evaluation(double loss, OptionalDouble accuracy, float[][] outputs) {}

    /** @param loss must fit the network, as {@link Trainer#check} says of a whole training */
    public LocalTrainer(Network network, Loss loss) {
        PyTorch.engineForThisThread();
        this.loss = loss;
        this.trained = loss.trained(network);
        this.draws = draws(trained.nodes());
        this.module = EngineModule.load(trained, Weights.initial(trained, 0));
        int sum = 0;
        for (ParameterSpec spec : trained.parameters()) {
            memory.add(module.memory(spec.name()));
            sum += memory.getLast().capacity();
        }
        this.size = sum;
    }

    private static boolean draws(List<Node> nodes) {
        return nodes.stream()
                .anyMatch(node -> (node.layer() instanceof Layer.Dropout(double rate) && rate > 0)
                        || draws(node.body())
                        || draws(node.shortcut()));
    }

    /** Numbers of the network's tensors together. */
    public int size() {
        return size;
    }

    /** The vector of weights drawn by {@link Weights#initial}. */
    public float[] initial(long seed) {
        float[] flat = new float[size];
        int at = 0;
        for (Tensor tensor : Weights.initial(trained, seed).tensors().sequencedValues()) {
            float[] values = tensor.values();
            System.arraycopy(values, 0, flat, at, values.length);
            at += values.length;
        }
        return flat;
    }

    /**
     * Trains from {@code start}, which is left as it is.
     *
     * @return the weights after the last step, which may hold what is no finite number
     */
    public float[] train(float[] start, Samples samples, Settings settings, long seed) {
        if (!draws) {
            return trainAlone(start, samples, settings, seed);
        }
        GENERATOR.lock();
        try {
            return trainAlone(start, samples, settings, seed);
        } finally {
            GENERATOR.unlock();
        }
    }

    private float[] trainAlone(float[] start, Samples samples, Settings settings, long seed) {
        JniUtils.setGradMode(false);
        set(start);
        SplitMix64 random = new SplitMix64(seed);
        TrainingTargets targets = TrainingTargets.of(samples, trained.output(), loss);
        try (Optimizer optimizer = new Optimizer(settings.optimizer(), module.trained(), module.manager());
                NDList anchors = settings.proximal() > 0 ? anchors() : new NDList()) {
            TrainingStep step = new TrainingStep(
                    module,
                    optimizer,
                    loss,
                    settings.clip(),
                    targets.width(),
                    UnaryOperator.identity(),
                    anchors.isEmpty() ? GradientReduction.NONE : proximal(anchors, settings.proximal()));
            int[] rows = allRows(samples);
            for (int epoch = 0; epoch < settings.epochs(); epoch++) {
                if (draws) {
                    JniUtils.setSeed(random.nextLong() >>> 1);
                }
                random.shuffle(rows);
                epoch(step, samples, targets, rows, settings);
            }
        }
        return get();
    }

    private static void epoch(
            TrainingStep step, Samples samples, TrainingTargets targets, int[] rows, Settings settings) {
        for (int from = 0; from < rows.length; from += settings.batch()) {
            int to = Math.min(rows.length, from + settings.batch());
            if (to - from == 1 && from > 0) {
                break; // batch normalisation knows no variance of a single sample
            }
            step.take(
                    new TrainingStep.Samples(
                            to - from,
                            inputs(samples, rows, from, to),
                            targets.batch(rows, from, to),
                            null,
                            targets.weight(rows, from, to)),
                    settings.optimizer().learningRate());
        }
    }

    private NDList anchors() {
        NDList anchors = new NDList();
        module.trained().forEach(parameter -> anchors.add(parameter.duplicate()));
        return anchors;
    }

    private GradientReduction proximal(NDList anchors, double mu) {
        return (gradients, value, step) -> {
            List<NDArray> pulled = new ArrayList<>();
            for (int i = 0; i < gradients.size(); i++) {
                NDArray pull = module.trained().get(i).sub(anchors.get(i));
                pull.attach(step);
                pulled.add(gradients.get(i).add(pull.muli(mu)));
            }
            return new GradientReduction.Reduced(pulled, value);
        };
    }

    /** Loss and accuracy of weights on samples; loss is the mean over the samples, in double precision. */
    public Evaluation evaluate(float[] weights, Samples samples) {
        JniUtils.setGradMode(false);
        set(weights);
        TrainingTargets targets = TrainingTargets.of(samples, trained.output(), loss);
        int[] rows = allRows(samples);
        float[][] outputs = new float[rows.length][];
        double sum = 0;
        for (int from = 0; from < rows.length; from += EVALUATION_BATCH) {
            int to = Math.min(rows.length, from + EVALUATION_BATCH);
            try (NDManager step = module.manager().newSubManager()) {
                NDArray x = module.input(step, inputs(samples, rows, from, to), to - from);
                float[] flat = module.forward(x, false).toFloatArray();
                for (int i = from; i < to; i++) {
                    outputs[i] =
                            Arrays.copyOfRange(flat, (i - from) * targets.width(), (i - from + 1) * targets.width());
                    sum += loss.sum(outputs[i], targets.batch(rows, i, i + 1));
                }
            }
        }
        OptionalDouble accuracy = targets.classes()
                ? OptionalDouble.of((double) targets.right(rows, outputs) / rows.length)
                : OptionalDouble.empty();
        return new Evaluation(sum / targets.weight(rows, 0, rows.length), accuracy, outputs);
    }

    private void set(float[] weights) {
        if (weights.length != size) {
            throw new IllegalArgumentException("weights: " + weights.length + " numbers (expected: " + size + ")");
        }
        int at = 0;
        for (FloatBuffer tensor : memory) {
            tensor.put(0, weights, at, tensor.capacity());
            at += tensor.capacity();
        }
    }

    private float[] get() {
        float[] weights = new float[size];
        int at = 0;
        for (FloatBuffer tensor : memory) {
            tensor.get(0, weights, at, tensor.capacity());
            at += tensor.capacity();
        }
        return weights;
    }

    private static int[] allRows(Samples samples) {
        int[] rows = new int[samples.count()];
        Arrays.setAll(rows, i -> i);
        return rows;
    }

    private static float[] inputs(Samples samples, int[] rows, int from, int to) {
        int width = samples.shape().elements();
        float[] inputs = new float[(to - from) * width];
        for (int i = from; i < to; i++) {
            System.arraycopy(samples.features()[rows[i]], 0, inputs, (i - from) * width, width);
        }
        return inputs;
    }

    @Override
    public void close() {
        module.close();
    }
}
