package io.mlaas.online.torch;

import ai.djl.pytorch.jni.JniUtils;
import io.mlaas.neural.engine.PyTorch;
import io.mlaas.neural.network.SplitMix64;
import io.mlaas.neural.training.EngineModule;
import io.mlaas.neural.training.Optimizer;
import io.mlaas.neural.training.TrainingStep;
import io.mlaas.online.Batch;
import io.mlaas.online.BatchRefused;
import io.mlaas.online.Learner;
import io.mlaas.online.Schema;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A network on the PyTorch engine that goes on learning, in minibatches. Its loss is the configured one, averaged over rows
 * and outputs.
 *
 * <p>Dropout and batch statistics are on while it learns and off while it answers. Parameters of frozen layers stay as they
 * are, bit for bit; running statistics of normalisations go on in frozen layers, too, as PyTorch has it.
 */
public final class TorchLearner implements Learner, TrainedArchive {
    /** The engine has one random number generator for the whole process: whoever draws from it sets it first. */
    private static final ReentrantLock GENERATOR = new ReentrantLock();

    private final Schema schema;
    private final ObjectNode configuration;
    private final TorchSettings settings;
    private final Source source;
    private final Outputs outputs;
    private final List<String> trained;
    private EngineModule module;
    private Optimizer optimizer;
    private SplitMix64 random;
    private long learned;

    TorchLearner(
            Schema schema,
            ObjectNode configuration,
            TorchSettings settings,
            Source source,
            Outputs outputs,
            List<String> trained,
            EngineModule module,
            long seed) {
        this.schema = schema;
        this.configuration = configuration;
        this.settings = settings;
        this.source = source;
        this.outputs = outputs;
        this.trained = trained;
        this.module = module;
        this.optimizer = new Optimizer(settings.optimizer(), module.trained(), module.manager());
        // not the generator that drew the first weights
        this.random = new SplitMix64(new SplitMix64(seed ^ 0x6F6E6C696E65L).nextLong());
    }

    @Override
    public String algorithm() {
        return "torch";
    }

    @Override
    public ObjectNode configuration() {
        return configuration.deepCopy();
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public long learned() {
        return learned;
    }

    /** @throws BatchRefused also for rows whose losses or gradients 32-bit floats cannot hold; the state is then as before */
    @Override
    public void learn(Batch batch) {
        schema.check(batch);
        if (batch.rows() == 0) {
            return;
        }
        if (batch.rows() == 1 && source.learning().code().normalizesBatches()) {
            throw new BatchRefused("1 row (expected: 2 or more: one alone has no variance to normalize with)");
        }
        PyTorch.engineForThisThread();
        try (Backup before = new Backup(learned, random.state(), module.copies(), optimizer.copy())) {
            learnOrRestore(batch, before);
        }
        learned += batch.rows();
    }

    private void learnOrRestore(Batch batch, Backup before) {
        boolean whole = false;
        try {
            learnAll(batch);
            module.requireFiniteStatistics();
            optimizer.requireFinite();
            whole = true;
        } catch (ArithmeticException e) {
            throw new BatchRefused(e.getMessage() + " (expected: finite numbers; smaller inputs or targets, a smaller "
                    + "learning rate or clipped gradients may help)");
        } finally {
            if (!whole) {
                restore(before.state());
            }
        }
    }

    private void learnAll(Batch batch) {
        boolean draws = source.learning().code().drawsAtRandom();
        if (draws) {
            GENERATOR.lock();
        }
        try {
            if (draws) {
                JniUtils.setSeed(random.nextLong() >>> 1);
            }
            epochs(batch);
        } finally {
            if (draws) {
                GENERATOR.unlock();
            }
        }
    }

    private void epochs(Batch batch) {
        TrainingStep step = new TrainingStep(
                module, optimizer, outputs.loss(), settings.clip(), outputs.width(), outputs.kind()::forLoss);
        int[] rows = IntStream.range(0, batch.rows()).toArray();
        for (int epoch = 0; epoch < settings.epochs(); epoch++) {
            if (settings.shuffle()) {
                random.shuffle(rows);
            }
            int from = 0;
            while (from < rows.length) {
                int to = end(from, rows.length);
                step(step, batch, rows, from, to);
                from = to;
            }
        }
    }

    /** A last row alone goes with those before it where batches are normalized. */
    private int end(int from, int rows) {
        int to = Math.min(rows, from + settings.batchSize());
        boolean alone = rows - to == 1 || settings.batchSize() == 1;
        return alone && source.learning().code().normalizesBatches() ? Math.min(rows, Math.max(to + 1, from + 2)) : to;
    }

    private void step(TrainingStep step, Batch batch, int[] rows, int from, int to) {
        TrainingStep.Samples samples = samples(batch, rows, from, to);
        if (samples.weight() == 0) {
            return;
        }
        double loss = step.take(samples, settings.optimizer().learningRate());
        if (!Double.isFinite(loss)) {
            throw new ArithmeticException("loss: " + loss);
        }
    }

    private TrainingStep.Samples samples(Batch batch, int[] rows, int from, int to) {
        int count = to - from;
        int inputs = outputs.encoding().width();
        int width = outputs.width();
        float[] x = new float[count * inputs];
        float[] y = new float[count * width];
        float[] weights = new float[count];
        double weight = 0;
        for (int i = 0; i < count; i++) {
            int row = rows[from + i];
            outputs.encoding().encode(batch.inputs(), row, x, i * inputs);
            System.arraycopy(outputs.targets(batch, row), 0, y, i * width, width);
            weights[i] = (float) batch.weight(row);
            weight += batch.weight(row);
        }
        return new TrainingStep.Samples(
                count, x, y, batch.weights() == null ? null : weights, weight * outputs.terms());
    }

    @Override
    public double loss(Batch batch) {
        return outputs.loss(module, batch);
    }

    @Override
    public void predict(int rows, double[] inputs, double[] predictions) {
        outputs.predict(module, rows, inputs, predictions);
    }

    @Override
    public TorchPredictor snapshot() {
        TorchState now = state();
        Archive answering = source.learning().with(now.tensors());
        Archive served = source.served().equals(source.learning())
                ? answering
                : source.served().with(now.tensors());
        return new TorchPredictor(outputs, learned, source.forAnswers(answering), served, answering, source);
    }

    @Override
    public byte[] archive() {
        return source.served().with(state().tensors()).bytes();
    }

    /** Names of the parameters that learn. */
    public List<String> trained() {
        return trained;
    }

    /** How many numbers the optimiser keeps. */
    public long optimizerNumbers() {
        return optimizer.state().tensors().values().stream()
                .mapToLong(values -> values.length)
                .sum();
    }

    /** How many arrays of the engine's memory are held. */
    int nativeArrays() {
        return module.manager().getManagedArrays().size();
    }

    private TorchState state() {
        PyTorch.engineForThisThread();
        return TorchState.of(learned, random.state(), module, optimizer);
    }

    private void restore(TorchState state) {
        EngineModule restored = source.forLearning(source.learning().with(state.tensors()), trained);
        Optimizer again = new Optimizer(settings.optimizer(), restored.trained(), restored.manager());
        boolean whole = false;
        try {
            again.restore(state.optimizer());
            whole = true;
        } finally {
            if (!whole) {
                restored.close();
            }
        }
        close();
        module = restored;
        optimizer = again;
        random = new SplitMix64(state.random());
        learned = state.learned();
    }

    @Override
    public void writeState(DataOutput out) throws IOException {
        state().write(out);
    }

    @Override
    public void readState(DataInput in) throws IOException {
        restore(TorchState.read(in, state()));
    }

    @Override
    public Map<String, String> adjustable() {
        return Map.of("learning_rate", "/optimizer/learning_rate", "epochs", "/epochs", "frozen_layers", "/freeze");
    }

    /** With other frozen layers the optimiser begins anew: what it keeps is of the parameters that learned. */
    @Override
    public void readAdjusted(DataInput in, JsonNode before) throws IOException {
        boolean sameLayers = TorchSettings.frozen(before).equals(settings.freeze());
        restore(sameLayers ? TorchState.read(in, state()) : TorchState.readWithoutOptimizer(in, state()));
    }

    @Override
    public void close() {
        optimizer.close();
        module.close();
    }
}
