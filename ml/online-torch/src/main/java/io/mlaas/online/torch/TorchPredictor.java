package io.mlaas.online.torch;

import io.mlaas.neural.training.EngineModule;
import io.mlaas.online.Predictor;
import io.mlaas.online.Schema;

/** The network as it was when it was asked for. For any number of threads. */
public final class TorchPredictor implements Predictor, TrainedArchive {
    private final Outputs outputs;
    private final long learned;
    private final EngineModule module;
    private final Archive archive;

    TorchPredictor(Outputs outputs, long learned, EngineModule module, Archive archive) {
        this.outputs = outputs;
        this.learned = learned;
        this.module = module;
        this.archive = archive;
    }

    @Override
    public Schema schema() {
        return outputs.schema();
    }

    @Override
    public long learned() {
        return learned;
    }

    @Override
    public void predict(int rows, double[] inputs, double[] predictions) {
        outputs.predict(module, rows, inputs, predictions);
    }

    @Override
    public byte[] archive() {
        return archive.bytes();
    }

    @Override
    public void close() {
        module.close();
    }
}
