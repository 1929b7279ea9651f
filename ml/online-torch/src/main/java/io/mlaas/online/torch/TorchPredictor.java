package io.mlaas.online.torch;

import io.mlaas.neural.network.ElementType;
import io.mlaas.neural.training.EngineModule;
import io.mlaas.online.Predictor;
import io.mlaas.online.Schema;
import java.util.List;
import java.util.Locale;

/** The network as it was when it was asked for. For any number of threads. */
public final class TorchPredictor implements Predictor, TrainedArchive {
    private final Outputs outputs;
    private final long learned;
    private final EngineModule module;
    private final Archive archive;
    private final Network network;

    TorchPredictor(
            Outputs outputs, long learned, EngineModule module, Archive archive, Archive answering, Source source) {
        this.outputs = outputs;
        this.learned = learned;
        this.module = module;
        this.archive = archive;
        this.network = new Network(
                answering.bytes(),
                source.input().sizes(),
                outputs.kind().name().toLowerCase(Locale.ROOT),
                source.type() == ElementType.INT64);
    }

    /**
     * What answers, for those who look into it.
     *
     * @param archive without a softmax at the end that the loss has in it
     * @param inputShape of one sample
     * @param outputs what it gives: {@code values}, {@code logits}, {@code probabilities} or {@code log_probabilities}
     * @param wholeNumbers whether it takes nominal values as numbers, not one-hot
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared; the bytes are not copied
    public record Network(byte[] archive, List<Integer> inputShape, String outputs, boolean wholeNumbers) {}

    public Network network() {
        return network;
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
