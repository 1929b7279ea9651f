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
import io.mlaas.neural.network.TensorShape;
import io.mlaas.neural.network.Weights;
import io.mlaas.neural.torchscript.TorchScriptWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A module inside the engine, with its tensors in reach. For one thread. */
public final class EngineModule implements AutoCloseable {
    private final TensorShape input;
    private final ElementType inputType;
    private final NDManager manager;
    private final PtSymbolBlock block;
    private final Map<String, PtNDArray> tensors = new LinkedHashMap<>();
    private final List<NDArray> trained = new ArrayList<>();
    private boolean training;

    private EngineModule(TensorShape input, ElementType inputType, NDManager manager, PtSymbolBlock block) {
        this.input = input;
        this.inputType = inputType;
        this.manager = manager;
        this.block = block;
        for (NDArray tensor : JniUtils.moduleGetParams(block, (PtNDManager) manager)) {
            tensors.put(tensor.getName(), (PtNDArray) tensor);
        }
    }

    /** Writes the network as an archive and has the engine load it, so that what is trained is what will be served. */
    static EngineModule load(Network network, Weights weights) {
        try {
            Path archive = Files.createTempFile("network", ".pt");
            try {
                TorchScriptWriter.writeForTraining(network, weights, archive);
                List<String> trained = network.parameters().stream()
                        .filter(spec -> !spec.buffer())
                        .map(ParameterSpec::name)
                        .toList();
                return load(archive, network.input(), network.inputType(), trained);
            } finally {
                Files.delete(archive);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the network for the engine", e);
        }
    }

    /**
     * Loads an archive to be trained.
     *
     * @param input shape of one sample
     * @param trained names of the parameters that get gradients; all others get none
     * @throws ai.djl.engine.EngineException when PyTorch refuses the archive
     */
    public static EngineModule load(Path archive, TensorShape input, ElementType inputType, List<String> trained)
            throws IOException {
        Engine engine = PyTorch.engineForThisThread();
        NDManager manager = engine.newBaseManager(Device.cpu());
        boolean loaded = false;
        try {
            PtSymbolBlock block =
                    JniUtils.loadModule((PtNDManager) manager, archive, false, new String[0], new String[0], true);
            JniUtils.enableInferenceMode(block);
            EngineModule module = new EngineModule(input, inputType, manager, block);
            module.train(trained);
            loaded = true;
            return module;
        } finally {
            if (!loaded) {
                manager.close();
            }
        }
    }

    private void train(List<String> names) {
        Set<String> wanted = new HashSet<>(names);
        tensors.forEach((name, tensor) -> {
            if (JniUtils.requiresGrad(tensor) != wanted.contains(name)) {
                tensor.setRequiresGradient(wanted.contains(name));
            }
        });
        names.forEach(name -> trained.add(tensor(name)));
    }

    public NDManager manager() {
        return manager;
    }

    /** The parameters that get gradients, in the order in which they were named. */
    public List<NDArray> trained() {
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
    public NDArray input(NDManager step, float[] elements, long samples) {
        try (NDArray wrapped = step.create(elements, new Shape(input.batch(samples)))) {
            return inputType == ElementType.INT64 ? wrapped.toType(DataType.INT64, true) : wrapped.duplicate();
        }
    }

    NDArray target(NDManager step, float[] elements, long samples, int width) {
        try (NDArray wrapped = step.create(elements, new Shape(samples, width))) {
            return wrapped.duplicate();
        }
    }

    /** Runs forward; with {@code train} dropout and batch statistics are on and the graph for gradients is recorded. */
    public NDArray forward(NDArray input, boolean train) {
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
            NDArray gradient = gradient(parameter);
            if (gradient == null) { // nothing of it reaches the output
                gradients.add(step.zeros(parameter.getShape(), parameter.getDataType()));
            } else {
                gradient.attach(step);
                gradients.add(gradient);
            }
        }
        return gradients;
    }

    private static @Nullable NDArray gradient(NDArray parameter) {
        return JniUtils.getGradient((PtNDArray) parameter);
    }

    void zeroGradients() {
        for (NDArray parameter : trained) {
            JniUtils.zeroGrad((PtNDArray) parameter);
        }
    }

    /** @throws ArithmeticException when a tensor that gets no gradients holds what is no finite number */
    public void requireFiniteStatistics() {
        tensors.forEach((name, tensor) -> {
            if (!trained.contains(tensor)) {
                requireFinite(name, tensor);
            }
        });
    }

    static void requireFinite(String name, NDArray tensor) {
        if (!tensor.getDataType().isFloating()) {
            return;
        }
        try (NDArray sum = tensor.sum()) {
            double value = sum.getDataType() == DataType.FLOAT64 ? sum.getDouble() : sum.getFloat();
            if (!Double.isFinite(value)) {
                throw new ArithmeticException(name + ": " + value);
            }
        }
    }

    /** Copies of all tensors in the engine's memory, to be closed by who asked. */
    public NDList copies() {
        NDList copies = new NDList();
        tensors.forEach((name, tensor) -> {
            NDArray copy = tensor.duplicate();
            copy.setName(name);
            copies.add(copy);
        });
        return copies;
    }

    /** Overwrites the tensors that get no gradients, such as running statistics, with those of {@code weights}. */
    void setBuffers(Network network, Weights weights) {
        for (ParameterSpec spec : network.parameters()) {
            if (spec.buffer()) {
                PtNDArray buffer = tensor(spec.name());
                try (NDArray values = manager.create(weights.get(spec.name()).values(), buffer.getShape())) {
                    buffer.muli(0).addi(values);
                }
            }
        }
    }

    /** A copy of all tensors, running statistics included. */
    Weights weights(Network network) {
        SequencedMap<String, Tensor> copy = new LinkedHashMap<>();
        for (ParameterSpec spec : network.parameters()) {
            copy.put(spec.name(), new Tensor(spec.shape(), tensor(spec.name()).toFloatArray()));
        }
        return new Weights(copy);
    }

    /** The module's tensors by name, running statistics only as far as the archive declares them as parameters. */
    public Set<String> tensorNames() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    /** A tensor's elements where the engine keeps them: what is put here is what the next step calculates with. */
    FloatBuffer memory(String name) {
        ByteBuffer direct = tensor(name).toByteBuffer(true);
        if (!direct.isDirect()) {
            throw new IllegalStateException("the engine gives a copy of " + name + " (expected: its memory)");
        }
        return direct.order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    /** A copy of a tensor's elements, row-major, little-endian. */
    public byte[] bytes(String name) {
        return bytes(tensor(name));
    }

    /** As {@link #bytes(String)}, of one of the {@link #copies}. */
    public static byte[] bytes(NDArray tensor) {
        ByteBuffer buffer = tensor.toByteBuffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    @Override
    public void close() {
        block.close();
        manager.close();
    }
}
