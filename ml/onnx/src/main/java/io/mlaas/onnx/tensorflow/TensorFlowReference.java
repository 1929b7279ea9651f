package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.parity.Reference;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.TypedTensor;
import io.mlaas.onnx.tensorflow.Graph.Port;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;
import org.tensorflow.TensorFlow;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/**
 * TensorFlow itself as the judge, where its native library is on the class path. It runs only graphs all of whose operators
 * are known to do nothing but calculate: TensorFlow's graphs can also read and write files.
 */
final class TensorFlowReference implements Reference, AutoCloseable {
    private static final String TAG = "serve";

    private final SavedModelBundle model;
    private final Graph graph;

    private TensorFlowReference(SavedModelBundle model, Graph graph) {
        this.model = model;
        this.graph = graph;
    }

    /** Nothing without TensorFlow's library, or where it cannot, or must not, run the model. */
    static Optional<TensorFlowReference> load(Path folder, Graph graph) {
        if (!graph.onlyCalculates()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new TensorFlowReference(SavedModelBundle.load(folder.toString(), TAG), graph));
        } catch (LinkageError e) {
            LoggerFactory.getLogger(TensorFlowReference.class).debug("TensorFlow is not there: {}", e.getMessage());
            return Optional.empty();
        } catch (TensorFlowException e) {
            LoggerFactory.getLogger(TensorFlowReference.class)
                    .warn("TensorFlow does not load {}: {}", folder, e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public NamedTensors run(NamedTensors inputs) {
        Map<String, Tensor> given = new LinkedHashMap<>();
        try {
            graph.inputs().forEach((name, port) -> given.put(name, tensor(inputs.get(name), port)));
            try (Result result = model.function("serving_default").call(given)) {
                Map<String, TypedTensor> outputs = new LinkedHashMap<>();
                graph.outputs()
                        .forEach((name, port) ->
                                outputs.put(name, tensor(result.get(name).orElseThrow(), port)));
                return new NamedTensors(outputs);
            }
        } finally {
            given.values().forEach(Tensor::close);
        }
    }

    private static Class<? extends TType> type(ElementType type) {
        return switch (type) {
            case FLOAT32 -> TFloat32.class;
            case FLOAT64 -> TFloat64.class;
            case INT32 -> TInt32.class;
            case INT64 -> TInt64.class;
            case BOOL -> TBool.class;
            case UINT8 -> TUint8.class;
            case INT8, INT16, FLOAT16, BFLOAT16, STRING -> throw new IllegalStateException("type: " + type);
        };
    }

    private static Tensor tensor(TypedTensor values, Port port) {
        ElementType type = Constant.type(port.type());
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.size(), type.bytes()))
                .order(ByteOrder.nativeOrder());
        for (int i = 0; i < values.size(); i++) {
            double value = values.number(i);
            switch (type) {
                case FLOAT32 -> bytes.putFloat((float) value);
                case FLOAT64 -> bytes.putDouble(value);
                case INT32 -> bytes.putInt((int) value);
                case INT64 -> bytes.putLong((long) value);
                default -> bytes.put((byte) value);
            }
        }
        return Tensor.of(type(type), Shape.of(values.shape()), DataBuffers.of(bytes.array()));
    }

    private static TypedTensor tensor(Tensor tensor, Port port) {
        ElementType type = Constant.type(port.type());
        byte[] bytes = new byte[Math.toIntExact(tensor.numBytes())];
        tensor.asRawTensor().data().read(bytes);
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        double[] values = new double[bytes.length / type.bytes()];
        Arrays.setAll(values, i -> switch (type) {
            case FLOAT32 -> in.getFloat();
            case FLOAT64 -> in.getDouble();
            case INT32 -> in.getInt();
            case INT64 -> in.getLong();
            case UINT8 -> in.get() & 0xff;
            default -> in.get();
        });
        return TypedTensor.numbers(type, values, tensor.shape().asArray());
    }

    @Override
    public String engine() {
        return "TensorFlow " + TensorFlow.version();
    }

    @Override
    public void close() {
        model.close();
    }
}
