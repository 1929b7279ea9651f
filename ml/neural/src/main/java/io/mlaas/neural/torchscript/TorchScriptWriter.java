package io.mlaas.neural.torchscript;

import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.ParameterSpec;
import io.mlaas.neural.network.Tensor;
import io.mlaas.neural.network.TensorShape;
import io.mlaas.neural.network.Weights;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a network with its weights as a TorchScript archive (the format of {@code torch.jit.save}, file format version
 * 3), which {@code torch.jit.load} reads. Its {@code forward} takes one tensor {@code x}, a batch of the network's input,
 * and returns one tensor. Equal networks, weights and cards give equal bytes.
 *
 * <p>Layout: a stored zip with the entries {@code model/data.pkl} (the module object, pickled), {@code
 * model/code/__torch__.py} (classes and {@code forward}), {@code model/constants.pkl}, {@code model/extra/mlaas.json}
 * (the card), {@code model/data/N} (tensor N, little-endian 32-bit floats), {@code model/byteorder}, {@code
 * model/version}.
 */
public final class TorchScriptWriter {
    /** Where the card lies in the archive; also the key for PyTorch's {@code _extra_files}. */
    public static final String CARD = "mlaas.json";

    private TorchScriptWriter() {}

    /**
     * @param card JSON text that says how to use the model, see {@link ModelCard}
     * @throws IllegalArgumentException when the weights do not belong to the network
     */
    public static void write(Network network, Weights weights, String card, OutputStream out) throws IOException {
        write(network, weights, card, false, out);
    }

    /**
     * Writes the archive that the trainer loads into the engine: running statistics are declared as parameters without
     * gradient, because the engine shows a module's parameters to Java but not its buffers.
     */
    public static void writeForTraining(Network network, Weights weights, Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            write(network, weights, "{}", true, out);
        }
    }

    private static void write(Network network, Weights weights, String card, boolean training, OutputStream out)
            throws IOException {
        weights.requireFor(network);
        ModuleTree root = ModuleTree.of(network);
        List<Tensor> storages = new ArrayList<>();
        Pickle pickle = new Pickle();
        module(pickle, root, weights, storages);
        try (StoredZip zip = new StoredZip(out)) {
            zip.entry("model/data.pkl", pickle.stop());
            zip.entry("model/code/__torch__.py", utf8(code(network, root, training)));
            zip.entry("model/constants.pkl", new Pickle().emptyTuple().stop());
            zip.entry("model/extra/" + CARD, utf8(card));
            for (int i = 0; i < storages.size(); i++) {
                zip.entry("model/data/" + i, bytes(storages.get(i)));
            }
            zip.entry("model/byteorder", utf8("little"));
            zip.entry("model/version", utf8("3\n"));
        }
    }

    public static void write(Network network, Weights weights, String card, Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            write(network, weights, card, out);
        }
    }

    public static byte[] bytes(Network network, Weights weights, String card) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            write(network, weights, card, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static String code(Network network, ModuleTree root, boolean training) {
        return root.declarations(training)
                + "  def forward(self: __torch__.Network,\n    x: Tensor) -> Tensor:\n"
                + ForwardCode.of(network.nodes());
    }

    private static void module(Pickle pickle, ModuleTree module, Weights weights, List<Tensor> storages) {
        pickle.global("__torch__", module.className())
                .emptyTuple()
                .newObject()
                .emptyDict()
                .mark();
        for (ParameterSpec spec : module.tensors()) {
            pickle.string(spec.name());
            tensor(pickle, weights.get(module.path() + spec.name()), !spec.buffer(), storages);
        }
        pickle.string("training").bool(false);
        for (ModuleTree child : module.children()) {
            pickle.string(child.attribute());
            module(pickle, child, weights, storages);
        }
        pickle.setItems().build();
    }

    /** {@code torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks)}. */
    private static void tensor(Pickle pickle, Tensor tensor, boolean requiresGrad, List<Tensor> storages) {
        TensorShape shape = tensor.shape();
        pickle.global("torch._utils", "_rebuild_tensor_v2").mark();
        pickle.mark().string("storage").global("torch", "FloatStorage");
        pickle.string(String.valueOf(storages.size())).string("cpu").integer(shape.elements());
        pickle.tuple().persistentId();
        pickle.integer(0).integers(shape.sizes()).integers(intList(shape.strides()));
        pickle.bool(requiresGrad)
                .global("collections", "OrderedDict")
                .emptyTuple()
                .reduce();
        pickle.tuple().reduce();
        storages.add(tensor);
    }

    private static List<Integer> intList(int[] values) {
        List<Integer> list = new ArrayList<>();
        for (int value : values) {
            list.add(value);
        }
        return list;
    }

    private static byte[] bytes(Tensor tensor) {
        ByteBuffer bytes = ByteBuffer.allocate(tensor.values().length * 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(tensor.values());
        return bytes.array();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
