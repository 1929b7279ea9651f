package io.mlaas.onnx.evaluate;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.mlaas.onnx.graph.ElementType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Inputs and the outputs that PyTorch computed for them, as src/test/python/torch/make_models.py records them. */
record RecordedModel(List<Recorded> inputs, List<Recorded> outputs) {
    /** @param data elements, little-endian */
    @SuppressWarnings("ArrayRecordComponent")
    record Recorded(ElementType type, long[] shape, byte[] data) {
        ByteBuffer buffer() {
            return ByteBuffer.allocateDirect(data.length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .put(data)
                    .flip();
        }

        double at(int i) {
            return number(ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN), type, i);
        }

        int elements() {
            return data.length / type.bytes();
        }

        /** The first of the samples. */
        Recorded first() {
            long[] one = shape.clone();
            one[0] = 1;
            return new Recorded(type, one, Arrays.copyOf(data, (int) (data.length / shape[0])));
        }
    }

    static RecordedModel read(Path json) throws IOException {
        JsonNode tree = JsonMapper.builder().build().readTree(Files.readString(json));
        return new RecordedModel(arrays(tree.get("inputs")), arrays(tree.get("outputs")));
    }

    private static List<Recorded> arrays(JsonNode list) {
        List<Recorded> arrays = new ArrayList<>();
        for (JsonNode node : list) {
            long[] shape = new long[node.get("shape").size()];
            for (int i = 0; i < shape.length; i++) {
                shape[i] = node.get("shape").get(i).asLong();
            }
            arrays.add(new Recorded(
                    ElementType.ofName(node.get("type").asString()).orElseThrow(),
                    shape,
                    Base64.getDecoder().decode(node.get("data").asString())));
        }
        return arrays;
    }

    private static double number(ByteBuffer data, ElementType type, int i) {
        return switch (type) {
            case FLOAT32 -> data.getFloat(4 * i);
            case FLOAT64 -> data.getDouble(8 * i);
            case INT64 -> data.getLong(8 * i);
            case INT32 -> data.getInt(4 * i);
            case BOOL -> data.get(i);
            default -> throw new IllegalStateException("type: " + type);
        };
    }

    /** Runs the model and returns the largest difference, relative where the expected number is above 1. */
    double compare(byte[] onnx) {
        return largestDifference(onnx, inputs, outputs);
    }

    /** As {@link #compare}, with a batch of one; only for outputs that have the batch as their first axis. */
    double compareFirstSample(byte[] onnx) {
        return largestDifference(
                onnx,
                inputs.stream().map(Recorded::first).toList(),
                outputs.stream().map(Recorded::first).toList());
    }

    boolean hasBatches() {
        long batch = inputs.getFirst().shape()[0];
        return outputs.stream().allMatch(o -> o.shape().length > 0 && o.shape()[0] == batch);
    }

    private static double largestDifference(byte[] onnx, List<Recorded> inputs, List<Recorded> outputs) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setSessionLogLevel(ai.onnxruntime.OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            try (OrtSession session = environment.createSession(onnx, options)) {
                int next = 0;
                for (String name : session.getInputInfo().keySet()) {
                    Recorded input = inputs.get(next++);
                    feeds.put(name, tensor(environment, input));
                }
                try (OrtSession.Result result = session.run(feeds)) {
                    if (result.size() != outputs.size()) {
                        throw new AssertionError(result.size() + " outputs (expected: " + outputs.size() + ")");
                    }
                    double worst = 0;
                    for (int i = 0; i < outputs.size(); i++) {
                        worst = Math.max(worst, difference("output " + i, (OnnxTensor) result.get(i), outputs.get(i)));
                    }
                    return worst;
                }
            }
        } catch (OrtException e) {
            throw new IllegalStateException(e.getMessage(), e);
        } finally {
            feeds.values().forEach(OnnxTensor::close);
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, Recorded input) throws OrtException {
        return switch (input.type()) {
            case FLOAT32 -> OnnxTensor.createTensor(environment, input.buffer().asFloatBuffer(), input.shape());
            case FLOAT64 -> OnnxTensor.createTensor(environment, input.buffer().asDoubleBuffer(), input.shape());
            case INT64 -> OnnxTensor.createTensor(environment, input.buffer().asLongBuffer(), input.shape());
            default -> throw new IllegalStateException("type: " + input.type());
        };
    }

    private static double difference(String label, OnnxTensor found, Recorded expected) {
        TensorInfo info = found.getInfo();
        if (!Arrays.equals(info.getShape(), expected.shape())) {
            throw new AssertionError(label + ": shape " + Arrays.toString(info.getShape()) + " (expected: "
                    + Arrays.toString(expected.shape()) + ")");
        }
        ElementType type =
                switch (info.type) {
                    case FLOAT -> ElementType.FLOAT32;
                    case DOUBLE -> ElementType.FLOAT64;
                    case INT64 -> ElementType.INT64;
                    case INT32 -> ElementType.INT32;
                    case BOOL -> ElementType.BOOL;
                    default -> throw new IllegalStateException("type: " + info.type);
                };
        if (type != expected.type()) {
            throw new AssertionError(label + ": " + type + " (expected: " + expected.type() + ")");
        }
        ByteBuffer data = found.getByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        double worst = 0;
        for (int i = 0; i < expected.elements(); i++) {
            double want = expected.at(i);
            double have = number(data, type, i);
            double difference = Double.compare(want, have) == 0 || (Double.isNaN(want) && Double.isNaN(have))
                    ? 0
                    : Math.abs(want - have) / Math.max(1, Math.abs(want));
            if (!(difference <= 1e-4)) {
                throw new AssertionError(label + " [" + i + "]: " + have + " (expected: " + want + ")");
            }
            worst = Math.max(worst, difference);
        }
        return worst;
    }
}
