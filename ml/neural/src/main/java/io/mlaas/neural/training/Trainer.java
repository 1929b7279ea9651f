package io.mlaas.neural.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.mlaas.neural.data.InvalidDataException;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.engine.PyTorch;
import io.mlaas.neural.network.Layer;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.SplitMix64;
import io.mlaas.neural.network.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network on samples. Everything that is drawn (split, initial weights, order, dropout) comes from the declared
 * seed, the engine runs on one thread, and every tensor lies in memory of the engine's own alignment, so that the same
 * inputs on the same kind of processor give the same weights, bit for bit.
 */
public final class Trainer {
    private static final int EVALUATION_BATCH = 256;

    private final Network network;
    private final Network trained;
    private final TrainingSettings settings;
    private final Loss loss;
    private final TrainingTargets targets;
    private final Samples samples;
    private final DataSplit split;
    private final SplitMix64 order;
    private final long initialSeed;
    private final long dropoutSeed;

    private Trainer(Network network, TrainingSettings settings, Samples samples) {
        this.network = network;
        this.settings = settings;
        this.samples = samples;
        this.loss = lossFor(settings, samples);
        this.trained = loss.trained(network);
        if (network.nodes().getFirst().layer() instanceof Layer.Embedding embedding) {
            requireIndices(samples, embedding.entries());
        }
        SplitMix64 seeds = new SplitMix64(settings.seed());
        this.split = DataSplit.of(samples, settings.split(), seeds.nextLong());
        this.initialSeed = seeds.nextLong();
        this.order = new SplitMix64(seeds.nextLong());
        this.dropoutSeed = seeds.nextLong() >>> 1;
        this.targets = TrainingTargets.of(samples, trained.output(), loss, settings, split);
    }

    /** The loss that is used: the one that is set, else the usual one for the kind of targets. */
    public static Loss lossFor(TrainingSettings settings, Samples samples) {
        Loss set = settings.loss();
        if (set != null) {
            return set;
        }
        return samples.targets() instanceof Samples.Targets.Classes ? Loss.CROSS_ENTROPY : Loss.MSE;
    }

    private static void requireIndices(Samples samples, int entries) {
        for (int row = 0; row < samples.count(); row++) {
            for (float value : samples.features()[row]) {
                if (!(value >= 0 && value < entries && value == Math.rint(value))) {
                    throw new InvalidDataException("sample " + (row + 1) + ": " + value
                            + " (expected: whole numbers from 0 to " + (entries - 1) + ", the embedding's entries)");
                }
            }
        }
    }

    /** Checks that network, settings and samples fit together, without training. */
    public static void check(Network network, TrainingSettings settings, Samples samples) {
        new Trainer(network, settings, samples);
    }

    /**
     * @param progress told after each epoch
     * @param cancelled asked before each step
     * @throws CancellationException when {@code cancelled} said true
     * @throws TrainingDivergedException when the loss is no longer a number
     */
    public static TrainingResult train(
            Network network,
            TrainingSettings settings,
            Samples samples,
            Consumer<EpochReport> progress,
            BooleanSupplier cancelled) {
        return new Trainer(network, settings, samples).run(progress, cancelled);
    }

    private TrainingResult run(Consumer<EpochReport> progress, BooleanSupplier cancelled) {
        PyTorch.engineForThisThread();
        JniUtils.setSeed(dropoutSeed);
        try (EngineModule module = EngineModule.load(trained, Weights.initial(trained, initialSeed));
                Optimizer optimizer = new Optimizer(settings.optimizer(), module.trained(), module.manager())) {
            return run(module, optimizer, progress, cancelled);
        }
    }

    private TrainingResult run(
            EngineModule module, Optimizer optimizer, Consumer<EpochReport> progress, BooleanSupplier cancelled) {
        long start = System.nanoTime();
        Schedule.Course course = settings.schedule().start(settings.optimizer().learningRate(), settings.epochs());
        List<EpochReport> reports = new ArrayList<>();
        Best best = new Best(settings.earlyStopping());
        String stopped = "";
        long steps = 0;
        TrainingStep step = step(module, optimizer);
        int[] rows = split.train().clone();
        for (int epoch = 0; epoch < settings.epochs() && stopped.isEmpty(); epoch++) {
            long epochStart = System.nanoTime();
            double rate = course.rate(epoch);
            order.shuffle(rows);
            double sum = 0;
            double weight = 0;
            for (int from = 0; from < rows.length; from += settings.batch()) {
                int to = Math.min(rows.length, from + settings.batch());
                if (to - from == 1 && from > 0) {
                    break; // batch normalisation knows no variance of a single sample
                }
                if (cancelled.getAsBoolean()) {
                    throw new CancellationException("cancelled in epoch " + (epoch + 1));
                }
                double batchWeight = targets.weight(rows, from, to);
                double mean = step.take(minibatch(rows, from, to, batchWeight), rate);
                if (!Double.isFinite(mean)) {
                    throw new TrainingDivergedException(
                            "loss: " + mean + " in epoch " + (epoch + 1) + " (expected: a finite number; a smaller "
                                    + "learning rate, gradient clipping or scaled inputs may help)");
                }
                sum += mean * batchWeight;
                weight += batchWeight;
                steps++;
            }
            Evaluation validation = evaluate(module, split.validation().length > 0 ? split.validation() : new int[0]);
            double observed = split.validation().length > 0 ? validation.loss() : sum / weight;
            course.observe(observed);
            reports.add(new EpochReport(
                    epoch + 1,
                    settings.epochs(),
                    sum / weight,
                    split.validation().length > 0 ? OptionalDouble.of(validation.loss()) : OptionalDouble.empty(),
                    targets.accuracy(split.validation(), validation.outputs()),
                    rate,
                    (System.nanoTime() - epochStart) / 1e9));
            progress.accept(reports.getLast());
            if (best.stopAfter(epoch + 1, observed, () -> module.weights(trained))) {
                stopped = "no better validation loss for " + best.patience() + " epochs";
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return finish(module, best, reports, steps, seconds, stopped);
    }

    private TrainingResult finish(
            EngineModule module, Best best, List<EpochReport> reports, long steps, double seconds, String stopped) {
        Weights kept = best.weights();
        int epoch = kept == null ? reports.size() : best.epoch();
        Weights weights = kept == null ? module.weights(trained) : kept;
        Evaluation test;
        if (kept == null) {
            test = evaluate(module, split.test());
        } else {
            try (EngineModule restored = EngineModule.load(trained, kept)) {
                test = evaluate(restored, split.test());
            }
        }
        weights.requireFor(network);
        return new TrainingResult(
                weights, loss, split, reports, epoch, test.outputs(), test.loss(), steps, seconds, stopped);
    }

    private TrainingStep step(EngineModule module, Optimizer optimizer) {
        GradientClip clip = new GradientClip(settings.clipNorm(), settings.clipValue());
        return new TrainingStep(module, optimizer, loss, clip, targets.width(), UnaryOperator.identity());
    }

    private TrainingStep.Samples minibatch(int[] rows, int from, int to, double weight) {
        return new TrainingStep.Samples(to - from, inputs(rows, from, to), targets.batch(rows, from, to), null, weight);
    }

    private float[] inputs(int[] rows, int from, int to) {
        int width = samples.shape().elements();
        float[] inputs = new float[(to - from) * width];
        for (int i = from; i < to; i++) {
            System.arraycopy(samples.features()[rows[i]], 0, inputs, (i - from) * width, width);
        }
        return inputs;
    }

    @SuppressWarnings("ArrayRecordComponent") // bulk numbers within this class
    private record Evaluation(float[][] outputs, double loss) {}

    private Evaluation evaluate(EngineModule module, int[] rows) {
        float[][] outputs = new float[rows.length][];
        double sum = 0;
        double weight = 0;
        for (int from = 0; from < rows.length; from += EVALUATION_BATCH) {
            int to = Math.min(rows.length, from + EVALUATION_BATCH);
            try (NDManager step = module.manager().newSubManager()) {
                NDArray x = module.input(step, inputs(rows, from, to), to - from);
                float[] flat = module.forward(x, false).toFloatArray();
                int width = targets.width();
                for (int i = from; i < to; i++) {
                    outputs[i] = java.util.Arrays.copyOfRange(flat, (i - from) * width, (i - from + 1) * width);
                    sum += loss.sum(outputs[i], targets.batch(rows, i, i + 1));
                }
            }
            weight += targets.weight(rows, from, to);
        }
        return new Evaluation(outputs, weight == 0 ? Double.NaN : sum / weight);
    }

    /** Keeps the weights of the best epoch and counts those without improvement. */
    private static final class Best {
        private final TrainingSettings.@Nullable EarlyStopping early;
        private double loss = Double.POSITIVE_INFINITY;
        private int epoch;
        private int without;
        private @Nullable Weights weights;

        Best(TrainingSettings.@Nullable EarlyStopping early) {
            this.early = early;
        }

        boolean stopAfter(int finished, double observed, Supplier<Weights> now) {
            if (early == null) {
                return false;
            }
            if (observed < loss - early.minDelta()) {
                loss = observed;
                epoch = finished;
                without = 0;
                weights = early.restoreBest() ? now.get() : null;
                return false;
            }
            return ++without >= early.patience();
        }

        int patience() {
            return early == null ? 0 : early.patience();
        }

        int epoch() {
            return epoch;
        }

        @Nullable
        Weights weights() {
            return weights;
        }
    }
}
