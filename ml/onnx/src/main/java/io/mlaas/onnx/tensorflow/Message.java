package io.mlaas.onnx.tensorflow;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A protocol buffer by the numbers of its fields: a few messages of TensorFlow are read, so no classes are generated. */
final class Message {
    private final Map<Integer, List<Object>> fields = new HashMap<>();

    static Message parse(ByteString bytes) {
        Message message = new Message();
        try {
            CodedInputStream in = bytes.newCodedInput();
            in.enableAliasing(true);
            while (!in.isAtEnd()) {
                int tag = in.readTag();
                Object value =
                        switch (WireFormat.getTagWireType(tag)) {
                            case WireFormat.WIRETYPE_VARINT -> in.readRawVarint64();
                            case WireFormat.WIRETYPE_FIXED32 -> in.readRawLittleEndian32();
                            case WireFormat.WIRETYPE_FIXED64 -> in.readRawLittleEndian64();
                            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> in.readBytes();
                            default -> throw new TranslationRefused(Reason.DAMAGED, "a field of an unknown kind");
                        };
                message.fields
                        .computeIfAbsent(WireFormat.getTagFieldNumber(tag), k -> new ArrayList<>())
                        .add(value);
            }
        } catch (IOException e) {
            throw new TranslationRefused(Reason.DAMAGED, "a broken message: " + e.getMessage(), e);
        }
        return message;
    }

    private List<Object> all(int field) {
        return fields.getOrDefault(field, List.of());
    }

    boolean has(int field) {
        return fields.containsKey(field);
    }

    long number(int field, long otherwise) {
        return !all(field).isEmpty() && all(field).getLast() instanceof Long value ? value : otherwise;
    }

    float real(int field, float otherwise) {
        return !all(field).isEmpty() && all(field).getLast() instanceof Integer value
                ? Float.intBitsToFloat(value)
                : otherwise;
    }

    ByteString bytes(int field) {
        return !all(field).isEmpty() && all(field).getLast() instanceof ByteString value ? value : ByteString.EMPTY;
    }

    String text(int field) {
        return bytes(field).toStringUtf8();
    }

    List<String> texts(int field) {
        return all(field).stream()
                .filter(ByteString.class::isInstance)
                .map(b -> ((ByteString) b).toStringUtf8())
                .toList();
    }

    Message message(int field) {
        return parse(bytes(field));
    }

    List<Message> messages(int field) {
        return all(field).stream()
                .filter(ByteString.class::isInstance)
                .map(b -> parse((ByteString) b))
                .toList();
    }

    /** A map from text to messages. */
    Map<String, Message> map(int field) {
        Map<String, Message> map = new LinkedHashMap<>();
        messages(field).forEach(e -> map.put(e.text(1), e));
        return map;
    }

    /** Whole numbers, packed or not. */
    List<Long> numbers(int field) {
        List<Long> numbers = new ArrayList<>();
        try {
            for (Object value : all(field)) {
                if (value instanceof Long one) {
                    numbers.add(one);
                } else if (value instanceof ByteString packed) {
                    CodedInputStream in = packed.newCodedInput();
                    while (!in.isAtEnd()) {
                        numbers.add(in.readRawVarint64());
                    }
                }
            }
        } catch (IOException e) {
            throw new TranslationRefused(Reason.DAMAGED, "broken numbers: " + e.getMessage(), e);
        }
        return numbers;
    }

    /** 32-bit floats, packed or not. */
    List<Double> reals(int field) {
        List<Double> reals = new ArrayList<>();
        for (Object value : all(field)) {
            if (value instanceof Integer one) {
                reals.add((double) Float.intBitsToFloat(one));
            } else if (value instanceof ByteString packed) {
                var buffer = packed.asReadOnlyByteBuffer().order(java.nio.ByteOrder.LITTLE_ENDIAN);
                while (buffer.remaining() >= 4) {
                    reals.add((double) buffer.getFloat());
                }
            }
        }
        return reals;
    }
}
