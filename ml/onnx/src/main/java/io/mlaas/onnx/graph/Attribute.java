package io.mlaas.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;

/** A named setting of a node. */
public final class Attribute {
    private final AttributeProto proto;

    private Attribute(AttributeProto.Builder proto) {
        this.proto = proto.build();
    }

    public static Attribute of(String name, long value) {
        return new Attribute(named(name, AttributeType.INT).setI(value));
    }

    public static Attribute of(String name, double value) {
        return new Attribute(named(name, AttributeType.FLOAT).setF((float) value));
    }

    public static Attribute of(String name, String value) {
        return new Attribute(named(name, AttributeType.STRING).setS(ByteString.copyFromUtf8(value)));
    }

    public static Attribute of(String name, long[] values) {
        return new Attribute(named(name, AttributeType.INTS)
                .addAllInts(Arrays.stream(values).boxed().toList()));
    }

    public static Attribute ofStrings(String name, List<String> values) {
        return new Attribute(named(name, AttributeType.STRINGS)
                .addAllStrings(values.stream().map(ByteString::copyFromUtf8).toList()));
    }

    /** 32-bit floats. */
    public static Attribute ofFloats(String name, double... values) {
        AttributeProto.Builder proto = named(name, AttributeType.FLOATS);
        for (double value : values) {
            proto.addFloats((float) value);
        }
        return new Attribute(proto);
    }

    /** 64-bit floats as a one-dimensional tensor, such as {@code nodes_values_as_tensor} of tree ensembles. */
    public static Attribute ofDoubles(String name, double... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .addDims(values.length)
                .setDataType(TensorProto.DataType.DOUBLE.getNumber());
        for (double value : values) {
            tensor.addDoubleData(value);
        }
        return new Attribute(named(name, AttributeType.TENSOR).setT(tensor));
    }

    /** Any tensor; a stored one has the data that its type says, in row-major order, little-endian. */
    public static Attribute ofTensor(String name, ElementType type, Shape shape, ByteString data) {
        return new Attribute(named(name, AttributeType.TENSOR)
                .setT(OnnxGraph.contents(type, shape, data).setName(name)));
    }

    static Attribute ofPart(String name, GraphProto part) {
        return new Attribute(named(name, AttributeType.GRAPH).setG(part));
    }

    private static AttributeProto.Builder named(String name, AttributeType type) {
        return AttributeProto.newBuilder().setName(name).setType(type);
    }

    static Attribute of(AttributeProto proto) {
        return new Attribute(proto.toBuilder());
    }

    String name() {
        return proto.getName();
    }

    AttributeProto proto() {
        return proto;
    }
}
