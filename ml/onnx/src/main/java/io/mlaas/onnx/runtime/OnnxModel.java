package io.mlaas.onnx.runtime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.mlaas.onnx.TensorFacts;
import io.mlaas.onnx.graph.OnnxBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An ONNX model on ONNX Runtime, one thread per call. Safe for concurrent use.
 *
 * <p>Numbers that are given as another type than the model takes are rounded to it.
 */
public final class OnnxModel implements AutoCloseable {
    /** Smaller models are loaded from memory. */
    private static final int SMALL = 32 << 20;

    private final OrtSession session;
    private final List<TensorFacts> inputs;
    private final List<TensorFacts> outputs;
    private final Map<String, String> metadata;
    private final Map<String, OnnxJavaType> types = new HashMap<>();

    private OnnxModel(OrtSession session) throws OrtException {
        this.session = session;
        this.inputs = facts(session.getInputInfo().values());
        this.outputs = facts(session.getOutputInfo().values());
        this.metadata = new TreeMap<>(session.getMetadata().getCustomMetadata());
        for (NodeInfo input : session.getInputInfo().values()) {
            types.put(input.getName(), ((TensorInfo) input.getInfo()).type);
        }
    }

    /** @throws IllegalArgumentException when ONNX Runtime refuses the model */
    public static OnnxModel load(byte[] onnx) {
        return load((environment, options) -> environment.createSession(onnx, options));
    }

    /**
     * As {@link #load(byte[])}; a large file goes through the temporary folder, not through this process's heap.
     *
     * @throws IllegalArgumentException when ONNX Runtime refuses the model
     */
    public static OnnxModel load(OnnxBytes onnx) {
        if (onnx.size() <= SMALL) {
            return load(onnx.toArray());
        }
        try {
            Path file = Files.createTempFile("mlaas-", ".onnx");
            try {
                onnx.writeTo(file);
                return load(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Loading {
        OrtSession open(OrtEnvironment environment, OrtSession.SessionOptions options) throws OrtException;
    }

    private static OnnxModel load(Loading loading) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            // what the file says of types and shapes must be what the runtime infers
            options.addConfigEntry("session.strict_shape_type_inference", "1");
            return new OnnxModel(loading.open(RuntimeEnvironment.get(), options));
        } catch (OrtException e) {
            throw new IllegalArgumentException("the model is refused by ONNX Runtime: " + e.getMessage(), e);
        }
    }

    /** @throws IllegalArgumentException when ONNX Runtime refuses the model */
    public static OnnxModel load(Path file) {
        return load((environment, options) -> environment.createSession(file.toString(), options));
    }

    /** Name and version, such as {@code ONNX Runtime 1.29.0}. */
    public static String engine() {
        return "ONNX Runtime " + RuntimeEnvironment.get().getVersion();
    }

    private static List<TensorFacts> facts(Collection<NodeInfo> nodes) {
        List<TensorFacts> facts = new ArrayList<>();
        for (NodeInfo node : nodes) {
            TensorInfo info = (TensorInfo) node.getInfo();
            List<String> shape = new ArrayList<>();
            for (int i = 0; i < info.getShape().length; i++) {
                shape.add(info.getShape()[i] < 0 ? info.getDimensionNames()[i] : Long.toString(info.getShape()[i]));
            }
            facts.add(new TensorFacts(node.getName(), RuntimeTensors.typeName(info.type), shape));
        }
        return List.copyOf(facts);
    }

    public List<TensorFacts> inputs() {
        return inputs;
    }

    public List<TensorFacts> outputs() {
        return outputs;
    }

    /** The model's {@code metadata_props}. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** Every output, in the model's order. @throws IllegalArgumentException for inputs that do not fit */
    public NamedTensors run(NamedTensors x) {
        Map<String, OnnxTensor> given = new LinkedHashMap<>();
        try {
            for (TensorFacts input : inputs) {
                given.put(input.name(), RuntimeTensors.write(x.get(input.name()), types.get(input.name())));
            }
            try (OrtSession.Result result = session.run(given)) {
                Map<String, TypedTensor> computed = new LinkedHashMap<>();
                for (TensorFacts output : outputs) {
                    OnnxValue value = result.get(output.name()).orElseThrow();
                    computed.put(output.name(), RuntimeTensors.read((OnnxTensor) value));
                }
                return new NamedTensors(computed);
            }
        } catch (OrtException e) {
            throw new IllegalArgumentException("inputs: " + e.getMessage(), e);
        } finally {
            given.values().forEach(OnnxTensor::close);
        }
    }

    /** The model's only, or first, output for one input. @throws IllegalArgumentException for a shape that does not fit */
    public Batch run(Batch x) {
        return runAll(x).getFirst();
    }

    /** Every output for one input, in the model's order, as 32-bit floats. */
    public List<Batch> runAll(Batch x) {
        TypedTensor tensor = TypedTensor.float32(x.values(), x.shape());
        return run(NamedTensors.of(inputs.getFirst().name(), tensor)).tensors().values().stream()
                .map(y -> new Batch(y.floats(), y.shape()))
                .toList();
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }
}
