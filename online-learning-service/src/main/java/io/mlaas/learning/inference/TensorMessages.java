package io.mlaas.learning.inference;

import com.google.protobuf.ByteString;
import io.mlaas.learning.inference.InferenceModel.TensorMetadata;
import io.mlaas.learning.inference.grpc.InferTensorContents;
import io.mlaas.learning.inference.grpc.ModelInferRequest.InferInputTensor;
import io.mlaas.learning.inference.grpc.ModelInferResponse.InferOutputTensor;
import io.mlaas.learning.inference.grpc.ModelMetadataResponse;
import java.util.Arrays;
import java.util.List;

/** Tensors as messages of gRPC, with values in lists of their type, or without, when they are sent raw. */
final class TensorMessages {
    private TensorMessages() {}

    static InferenceTensor parse(InferInputTensor tensor, ByteString raw) {
        String name = name(tensor);
        if (tensor.hasContents()) {
            throw new InferenceException(name + ": contents: given (expected: none beside raw_input_contents)");
        }
        return InferenceTensor.of(
                name, DataType.named(tensor.getDatatype(), name), shape(tensor, name), raw.asReadOnlyByteBuffer());
    }

    static InferenceTensor parse(InferInputTensor tensor) {
        String name = name(tensor);
        DataType type = DataType.named(tensor.getDatatype(), name);
        List<Integer> shape = shape(tensor, name);
        InferTensorContents contents = tensor.getContents();
        if (type == DataType.BYTES) {
            return InferenceTensor.of(
                    name,
                    shape,
                    contents.getBytesContentsList().stream()
                            .map(ByteString::toStringUtf8)
                            .toList());
        }
        return InferenceTensor.of(name, type, shape, numbers(contents, type, name));
    }

    private static double[] numbers(InferTensorContents contents, DataType type, String name) {
        return switch (type) {
            case BOOL ->
                contents.getBoolContentsList().stream()
                        .mapToDouble(value -> value ? 1 : 0)
                        .toArray();
            case INT8, INT16, INT32 -> numbers(contents.getIntContentsList());
            case INT64 -> numbers(contents.getInt64ContentsList());
            case UINT8, UINT16, UINT32 ->
                contents.getUintContentsList().stream()
                        .mapToDouble(Integer::toUnsignedLong)
                        .toArray();
            case UINT64 ->
                contents.getUint64ContentsList().stream()
                        .mapToDouble(DataType::unsigned)
                        .toArray();
            case FP32 -> numbers(contents.getFp32ContentsList());
            case FP64 -> numbers(contents.getFp64ContentsList());
            case FP16, BF16 ->
                throw new InferenceException(name + ": contents: " + type + " (expected: raw_input_contents)");
            case BYTES -> throw new IllegalArgumentException("texts are no numbers");
        };
    }

    private static double[] numbers(List<? extends Number> values) {
        double[] numbers = new double[values.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = values.get(i).doubleValue();
        }
        return numbers;
    }

    private static String name(InferInputTensor tensor) {
        if (tensor.getName().isEmpty()) {
            throw new InferenceException("inputs: a tensor without name");
        }
        return tensor.getName();
    }

    private static List<Integer> shape(InferInputTensor tensor, String name) {
        return InferenceTensor.shape(tensor.getShapeList(), name);
    }

    static InferOutputTensor output(InferenceTensor tensor, boolean withContents) {
        InferOutputTensor.Builder output = InferOutputTensor.newBuilder()
                .setName(tensor.name())
                .setDatatype(tensor.type().name());
        tensor.shape().forEach(output::addShape);
        if (withContents) {
            output.setContents(contents(tensor));
        }
        return output.build();
    }

    private static InferTensorContents contents(InferenceTensor tensor) {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        switch (tensor.type()) {
            case BYTES -> tensor.texts().forEach(text -> contents.addBytesContents(ByteString.copyFromUtf8(text)));
            case INT64 -> Arrays.stream(tensor.numbers()).forEach(number -> contents.addInt64Contents((long) number));
            default -> Arrays.stream(tensor.numbers()).forEach(contents::addFp64Contents);
        }
        return contents.build();
    }

    static ModelMetadataResponse.TensorMetadata metadata(TensorMetadata tensor) {
        ModelMetadataResponse.TensorMetadata.Builder metadata = ModelMetadataResponse.TensorMetadata.newBuilder()
                .setName(tensor.name())
                .setDatatype(tensor.datatype().name());
        tensor.shape().forEach(metadata::addShape);
        return metadata.build();
    }
}
