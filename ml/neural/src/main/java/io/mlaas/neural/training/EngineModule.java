package io.mlaas.neural.training;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.mlaas.neural.engine.PyTorch;
import io.mlaas.neural.network.ElementType;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.ParameterSpec;
import io.mlaas.neural.network.Tensor;
import io.mlaas.neural.network.Weights;
import io.mlaas.neural.torchscript.TorchScriptWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** A network inside the engine, with its tensors in reach. For one thread. */
final class EngineModule implements AutoCloseable {
    private final Network network;
    private final NDManager manager;
    private final PtSymbolBlock block;
    private final Map<String, PtNDArray> tensors = new LinkedHashMap<>();
    private final List<NDArray> trained = new ArrayList<>();
    private boolean training;

    private EngineModule(Network network, NDManager manager, PtSymbolBlock block) {
        this.network = network;
        this.manager = manager;
        this.block = block;
        for (NDArray tensor : JniUtils.moduleGetParams(block, (PtNDManager) manager)) {
            tensors.put(tensor.getName(), (PtNDArray) tensor);
        }
        for (ParameterSpec spec : network.parameters()) {
            if (!spec.buffer()) {
                trained.add(tensor(spec.name()));
            }
        }
    }

    /** Writes the network as an archive and has the engine load it, so that what is trained is what will be served. */
    static EngineModule load(Network network, Weights weights) {
        Engine engine = PyTorch.engineForThisThread();
        NDManager manager = engine.newBaseManager(Device.cpu());
        try {
            Path archive = Files.createTempFile("network", ".pt");
            try {
                TorchScriptWriter.writeForTraining(network, weights, archive);
                PtSymbolBlock block =
                        JniUtils.loadModule((PtNDManager) manager, archive, false, new String[0], new String[0], true);
                JniUtils.enableInferenceMode(block);
                return new EngineModule(network, manager, block);
            } finally {
                Files.delete(archive);
            }
        } catch (IOException e) {
            manager.close();
            throw new UncheckedIOException("cannot write the network for the engine", e);
        }
    }

    NDManager manager() {
        return manager;
    }

    List<NDArray> trained() {
        return trained;
    }

    private PtNDArray tensor(String name) {
        PtNDArray tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalStateException(
                    "the engine does not show the tensor " + name + " (it shows " + tensors.keySet() + ")");
        }
        return tensor;
    }

    /**
     * A batch in memory that the engine itself allocated. Arrays that come from Java wrap a buffer of whatever alignment
     * it happens to have, and the alignment decides which elements vectorised kernels treat alone.
     */
    NDArray input(NDManager step, float[] elements, long samples) {
        try (NDArray wrapped = step.create(elements, new Shape(network.input().batch(samples)))) {
            return network.inputType() == ElementType.INT64
                    ? wrapped.toType(DataType.INT64, true)
                    : wrapped.duplicate();
        }
    }

    NDArray target(NDManager step, float[] elements, long samples, int width) {
        try (NDArray wrapped = step.create(elements, new Shape(samples, width))) {
            return wrapped.duplicate();
        }
    }

    /** Runs forward; with {@code train} dropout and batch statistics are on and the graph for gradients is recorded. */
    NDArray forward(NDArray input, boolean train) {
        if (train != training) {
            if (train) {
                JniUtils.enableTrainingMode(block);
            } else {
                JniUtils.enableInferenceMode(block);
            }
            training = train;
        }
        return IValueUtils.forward(block, new NDList(input), train).singletonOrThrow();
    }

    /** Calculates the gradients of a scalar for the trained tensors; they belong to {@code step} and start from zero. */
    List<NDArray> gradients(NDArray loss, NDManager step) {
        try (NDArray one = step.ones(new Shape())) {
            JniUtils.backward((PtNDArray) loss, (PtNDArray) one, false, false);
        }
        List<NDArray> gradients = new ArrayList<>();
        for (NDArray parameter : trained) {
            NDArray gradient = JniUtils.getGradient((PtNDArray) parameter);
            gradient.attach(step);
            gradients.add(gradient);
        }
        return gradients;
    }

    void zeroGradients() {
        for (NDArray parameter : trained) {
            JniUtils.zeroGrad((PtNDArray) parameter);
        }
    }

    /** A copy of all tensors, running statistics included. */
    Weights weights() {
        SequencedMap<String, Tensor> copy = new LinkedHashMap<>();
        for (ParameterSpec spec : network.parameters()) {
            copy.put(spec.name(), new Tensor(spec.shape(), tensor(spec.name()).toFloatArray()));
        }
        return new Weights(copy);
    }

    @Override
    public void close() {
        block.close();
        manager.close();
    }
}
