package io.mlaas.training.comparison;

import io.mlaas.training.comparison.TensorFile.Unreadable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The safetensors format: the length of a header, the header as JSON, the elements. */
final class SafeTensors {
    private static final Map<String, NumberType> TYPES = Map.ofEntries(
            Map.entry("F64", NumberType.FLOAT64),
            Map.entry("F32", NumberType.FLOAT32),
            Map.entry("F16", NumberType.FLOAT16),
            Map.entry("BF16", NumberType.BFLOAT16),
            Map.entry("I64", NumberType.INT64),
            Map.entry("I32", NumberType.INT32),
            Map.entry("I16", NumberType.INT16),
            Map.entry("I8", NumberType.INT8),
            Map.entry("U64", NumberType.UINT64),
            Map.entry("U32", NumberType.UINT32),
            Map.entry("U16", NumberType.UINT16),
            Map.entry("U8", NumberType.UINT8),
            Map.entry("BOOL", NumberType.BOOL));
    private static final long LONGEST_HEADER = 100L << 20;

    private SafeTensors() {}

    static SequencedMap<String, TensorView> read(Path file) throws IOException, Unreadable {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer first = channel.map(MapMode.READ_ONLY, 0, 8).order(ByteOrder.LITTLE_ENDIAN);
            long header = first.getLong(0);
            if (header < 2 || header > LONGEST_HEADER || 8 + header > channel.size()) {
                throw new Unreadable("a header of " + header + " bytes");
            }
            byte[] text = new byte[(int) header];
            channel.map(MapMode.READ_ONLY, 8, header).get(text);
            return tensors(JsonMapper.shared().readTree(text), channel, 8 + header);
        } catch (JacksonException e) {
            throw new Unreadable("a header that is not JSON");
        }
    }

    private static SequencedMap<String, TensorView> tensors(JsonNode header, FileChannel channel, long start)
            throws IOException, Unreadable {
        SequencedMap<String, TensorView> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> tensor : header.properties()) {
            if (tensor.getKey().equals("__metadata__")) {
                continue;
            }
            NumberType type = TYPES.get(tensor.getValue().path("dtype").asString(""));
            long from = tensor.getValue().path("data_offsets").path(0).asLong(-1);
            long to = tensor.getValue().path("data_offsets").path(1).asLong(-1);
            if (type == null || from < 0 || to < from || start + to > channel.size() || to - from > Integer.MAX_VALUE) {
                throw new Unreadable(tensor.getKey() + ": " + tensor.getValue());
            }
            List<Long> shape = new ArrayList<>();
            tensor.getValue().path("shape").forEach(size -> shape.add(size.asLong(-1)));
            ByteBuffer elements =
                    channel.map(MapMode.READ_ONLY, start + from, to - from).order(ByteOrder.LITTLE_ENDIAN);
            tensors.put(tensor.getKey(), checked(type, shape, elements));
        }
        return tensors;
    }

    /** @throws Unreadable if the shape has another number of elements */
    static TensorView checked(NumberType type, List<Long> shape, ByteBuffer elements) throws Unreadable {
        long count = 1;
        for (long size : shape) {
            if (size < 0 || (size > 0 && count > Integer.MAX_VALUE / size)) {
                throw new Unreadable("shape " + shape);
            }
            count *= size;
        }
        if (count * type.bytes() != elements.limit()) {
            throw new Unreadable("shape " + shape + " of " + type + " in " + elements.limit() + " bytes");
        }
        return new TensorView(type, List.copyOf(shape), elements);
    }
}
