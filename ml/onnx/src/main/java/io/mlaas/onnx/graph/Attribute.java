package io.mlaas.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
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

    private static AttributeProto.Builder named(String name, AttributeType type) {
        return AttributeProto.newBuilder().setName(name).setType(type);
    }

    AttributeProto proto() {
        return proto;
    }
}
