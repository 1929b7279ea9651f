package io.mlaas.onnx.runtime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.mlaas.onnx.TensorFacts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * An ONNX model on ONNX Runtime, one thread per call. Safe for concurrent use.
 *
 * <p>Inputs and outputs are 32-bit floats for the caller; a model that takes integers gets them rounded.
 */
public final class OnnxModel implements AutoCloseable {
    private final OrtSession session;
    private final List<TensorFacts> inputs;
    private final List<TensorFacts> outputs;
    private final Map<String, String> metadata;
    private final OnnxJavaType inputType;

    private OnnxModel(OrtSession session) throws OrtException {
        this.session = session;
        this.inputs = facts(session.getInputInfo().values());
        this.outputs = facts(session.getOutputInfo().values());
        this.metadata = new TreeMap<>(session.getMetadata().getCustomMetadata());
        this.inputType =
                ((TensorInfo) session.getInputInfo().values().iterator().next().getInfo()).type;
    }

    /** @throws IllegalArgumentException when ONNX Runtime refuses the model */
    public static OnnxModel load(byte[] onnx) {
        OrtEnvironment environment = RuntimeEnvironment.get();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            return new OnnxModel(environment.createSession(onnx, options));
        } catch (OrtException e) {
            throw new IllegalArgumentException("the model is refused by ONNX Runtime: " + e.getMessage(), e);
        }
    }

    /** @throws IllegalArgumentException when ONNX Runtime refuses the model */
    public static OnnxModel load(Path file) throws IOException {
        return load(Files.readAllBytes(file));
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
            facts.add(new TensorFacts(node.getName(), typeName(info.type), shape));
        }
        return List.copyOf(facts);
    }

    private static String typeName(OnnxJavaType type) {
        return switch (type) {
            case FLOAT -> "float32";
            case DOUBLE -> "float64";
            default -> type.name().toLowerCase(Locale.ROOT);
        };
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

    /** The model's only, or first, output for one input. @throws IllegalArgumentException for a shape that does not fit */
    public Batch run(Batch x) {
        return runAll(x).getFirst();
    }

    /** Every output for one input, in the model's order. */
    public List<Batch> runAll(Batch x) {
        try (OnnxTensor tensor = tensor(x);
                OrtSession.Result result = session.run(Map.of(inputs.getFirst().name(), tensor))) {
            List<Batch> batches = new ArrayList<>();
            for (int i = 0; i < outputs.size(); i++) {
                batches.add(batch((OnnxTensor) result.get(i)));
            }
            return batches;
        } catch (OrtException e) {
            throw new IllegalArgumentException("x: " + e.getMessage(), e);
        }
    }

    private OnnxTensor tensor(Batch x) throws OrtException {
        float[] values = x.values();
        return switch (inputType) {
            case FLOAT -> OnnxTensor.createTensor(RuntimeEnvironment.get(), FloatBuffer.wrap(values), x.shape());
            case INT64 -> {
                long[] whole = new long[values.length];
                for (int i = 0; i < whole.length; i++) {
                    whole[i] = Math.round(values[i]);
                }
                yield OnnxTensor.createTensor(RuntimeEnvironment.get(), LongBuffer.wrap(whole), x.shape());
            }
            case INT32 -> {
                int[] whole = new int[values.length];
                for (int i = 0; i < whole.length; i++) {
                    whole[i] = Math.round(values[i]);
                }
                yield OnnxTensor.createTensor(RuntimeEnvironment.get(), IntBuffer.wrap(whole), x.shape());
            }
            default ->
                throw new IllegalArgumentException(
                        "input type: " + typeName(inputType) + " (expected: float32, int64 or int32)");
        };
    }

    private static Batch batch(OnnxTensor tensor) {
        TensorInfo info = tensor.getInfo();
        float[] values =
                switch (info.type) {
                    case FLOAT -> {
                        float[] all = new float[tensor.getFloatBuffer().remaining()];
                        tensor.getFloatBuffer().get(all);
                        yield all;
                    }
                    case INT64 -> {
                        LongBuffer whole = tensor.getLongBuffer();
                        float[] all = new float[whole.remaining()];
                        for (int i = 0; i < all.length; i++) {
                            all[i] = whole.get(i);
                        }
                        yield all;
                    }
                    case BOOL, UINT8, INT8 -> {
                        ByteBuffer bytes = tensor.getByteBuffer();
                        float[] all = new float[bytes.remaining()];
                        for (int i = 0; i < all.length; i++) {
                            all[i] = bytes.get(i);
                        }
                        yield all;
                    }
                    default ->
                        throw new IllegalArgumentException(
                                "output type: " + typeName(info.type) + " (expected: float32 or integers)");
                };
        return new Batch(values, info.getShape());
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
