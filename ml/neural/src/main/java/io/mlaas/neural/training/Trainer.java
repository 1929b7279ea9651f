package io.mlaas.neural.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.mlaas.neural.data.InvalidDataException;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.engine.PyTorch;
import io.mlaas.neural.network.Layer;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.ParameterSpec;
import io.mlaas.neural.network.SplitMix64;
import io.mlaas.neural.network.Weights;
import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
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
    private final Workers workers;
    private final BooleanSupplier cancelled;
    private final TrainingState state;
    private final long initialSeed;
    private final long dropoutSeed;

    private Trainer(
            Network network, TrainingSettings settings, Samples samples, Workers workers, BooleanSupplier cancelled) {
        this.workers = workers;
        this.cancelled = cancelled;
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
        this.state = new TrainingState(settings, split.train(), seeds.nextLong());
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
        new Trainer(network, settings, samples, Workers.one(), () -> false);
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
        return train(network, settings, samples, Workers.one(), progress, cancelled);
    }

    /**
     * As one of several workers, and with checkpoints. Every worker returns the same weights; the held-out rows are
     * evaluated by rank 0 only. A training that a checkpoint was left of goes on from there.
     *
     * @param progress told by every worker
     * @param cancelled on any worker ends all
     * @throws io.mlaas.distributed.PeerFailedException when another worker is gone
     */
    public static TrainingResult train(
            Network network,
            TrainingSettings settings,
            Samples samples,
            Workers workers,
            Consumer<EpochReport> progress,
            BooleanSupplier cancelled) {
        return new Trainer(network, settings, samples, workers, cancelled).run(progress);
    }

    private TrainingResult run(Consumer<EpochReport> progress) {
        PyTorch.engineForThisThread();
        Weights initial = Weights.initial(trained, initialSeed);
        if (workers.single() && workers.checkpoints() == null) {
            return run("", initial, null, progress);
        }
        String training = workers.training(trained, settings, samples);
        Checkpoint.Restored start = start(training, initial);
        return run(training, start.weights(), start.optimizer(), progress);
    }

    /** Rank 0's checkpoint, or rank 0's beginning, for all. */
    private Checkpoint.Restored start(String training, Weights initial) {
        CheckpointFile file = workers.checkpoints();
        byte[] checkpoint = workers.first() && file != null ? file.read(training) : null;
        if (checkpoint == null) {
            checkpoint = Checkpoint.write(training, state, initial, Optimizer.State.BEFORE);
        }
        checkpoint = workers.group().broadcast(checkpoint);
        try {
            workers.requireSame(training, Checkpoint.training(checkpoint));
            return Checkpoint.restore(checkpoint, state, trained);
        } catch (IOException e) {
            throw new IllegalStateException("the checkpoint of rank 0 cannot be read", e);
        }
    }

    private TrainingResult run(
            String training, Weights weights, Optimizer.@Nullable State taken, Consumer<EpochReport> progress) {
        try (EngineModule module = EngineModule.load(trained, weights);
                Optimizer optimizer = new Optimizer(settings.optimizer(), module.trained(), module.manager())) {
            if (taken != null && taken.steps() > 0) {
                optimizer.restore(taken);
            }
            GradientExchange exchange =
                    workers.single() ? null : new GradientExchange(workers.group(), module.trained(), cancelled);
            TrainingStep step = step(module, optimizer, exchange == null ? GradientReduction.NONE : exchange);
            double before = state.exchangeSeconds;
            while (state.epochs() < settings.epochs() && state.stopped.isEmpty()) {
                epoch(module, step, progress);
                state.exchangeSeconds = before + (exchange == null ? 0 : exchange.seconds());
                CheckpointFile file = workers.checkpoints();
                if (workers.first() && file != null) {
                    file.write(Checkpoint.write(training, state, module.weights(trained), optimizer.state()));
                }
            }
            return finish(module);
        }
    }

    private void epoch(EngineModule module, TrainingStep step, Consumer<EpochReport> progress) {
        long start = System.nanoTime();
        int epoch = state.epochs();
        // Generators that depend on the epoch alone need not be part of a checkpoint; each worker drops out other
        // units.
        JniUtils.setSeed(dropoutSeed
                + (long) epoch * workers.group().size()
                + workers.group().rank());
        double rate = state.course.rate(epoch);
        state.order.shuffle(state.rows);
        double loss = steps(step, epoch, rate);
        shareBuffers(module);
        int[] rows = workers.share(split.validation());
        Evaluation mine = evaluate(module, rows);
        double[] sums = {mine.sum(), mine.weight(), targets.right(rows, mine.outputs())};
        workers.group().allReduce(sums);
        boolean validated = split.validation().length > 0;
        double observed = validated ? sums[0] / sums[1] : loss;
        state.course.observe(observed);
        double seconds = (System.nanoTime() - start) / 1e9;
        state.seconds += seconds;
        state.reports.add(new EpochReport(
                epoch + 1,
                settings.epochs(),
                loss,
                validated ? OptionalDouble.of(observed) : OptionalDouble.empty(),
                validated && targets.classes()
                        ? OptionalDouble.of(sums[2] / split.validation().length)
                        : OptionalDouble.empty(),
                rate * factor(epoch + 1.0),
                seconds));
        progress.accept(state.reports.getLast());
        // All workers have seen the same bits, so they agree.
        if (state.best.stopAfter(epoch + 1, observed, () -> module.weights(trained))) {
            state.stopped = "no better validation loss for " + state.best.patience() + " epochs";
        }
    }

    /** All steps of an epoch. @return the mean loss of all workers' samples, as the weights changed */
    private double steps(TrainingStep step, int epoch, double rate) {
        int[] rows = state.rows;
        int batch = Math.multiplyExact(settings.batch(), workers.group().size());
        double sum = 0;
        double weight = 0;
        for (int from = 0; from < rows.length; from += batch) {
            int to = Math.min(rows.length, from + batch);
            if (to - from == 1 && from > 0) {
                break; // batch normalisation knows no variance of a single sample
            }
            if (workers.single() && cancelled.getAsBoolean()) {
                throw new CancellationException("cancelled in epoch " + (epoch + 1));
            }
            double batchWeight = targets.weight(rows, from, to);
            Workers.Share share = workers.share(from, to, settings.batch());
            double mean = step.take(
                    minibatch(rows, share.from(), share.to(), batchWeight),
                    rate * factor(epoch + (double) from / rows.length));
            if (!Double.isFinite(mean)) {
                throw new TrainingDivergedException(
                        "loss: " + mean + " in epoch " + (epoch + 1) + " (expected: a finite number; a smaller "
                                + "learning rate, gradient clipping or scaled inputs may help)");
            }
            sum += mean * batchWeight;
            weight += batchWeight;
            state.steps++;
        }
        return sum / weight;
    }

    private double factor(double epochs) {
        TrainingSettings.RateScaling scaling = settings.rateScaling();
        return scaling == null ? 1 : scaling.factor(workers.group().size(), epochs);
    }

    /** Running statistics differ with what each worker has seen; rank 0's are everybody's, as in PyTorch's DDP. */
    private void shareBuffers(EngineModule module) {
        if (!workers.single() && trained.parameters().stream().anyMatch(ParameterSpec::buffer)) {
            byte[] first = workers.group().broadcast(Checkpoint.bytes(module.weights(trained)));
            module.setBuffers(trained, Checkpoint.weights(first, trained));
        }
    }

    private TrainingResult finish(EngineModule module) {
        BestEpoch best = state.best;
        Weights kept = best.weights();
        int epoch = kept == null ? state.epochs() : best.epoch();
        Weights weights = kept == null ? module.weights(trained) : kept;
        int[] rows = workers.first() ? split.test() : new int[0];
        Evaluation test;
        if (kept == null) {
            test = evaluate(module, rows);
        } else {
            try (EngineModule restored = EngineModule.load(trained, kept)) {
                test = evaluate(restored, rows);
            }
        }
        weights.requireFor(network);
        return new TrainingResult(
                weights,
                loss,
                split,
                List.copyOf(state.reports),
                epoch,
                test.outputs(),
                test.loss(),
                state.steps,
                state.seconds,
                state.exchangeSeconds,
                state.stopped);
    }

    private TrainingStep step(EngineModule module, Optimizer optimizer, GradientReduction reduction) {
        GradientClip clip = new GradientClip(settings.clipNorm(), settings.clipValue());
        return new TrainingStep(module, optimizer, loss, clip, targets.width(), UnaryOperator.identity(), reduction);
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
    private record Evaluation(float[][] outputs, double sum, double weight) {
        double loss() {
            return weight == 0 ? Double.NaN : sum / weight;
        }
    }

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
        return new Evaluation(outputs, sum, weight);
    }
}
