package io.mlaas.onnx.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * An ONNX file that need not lie in memory: its large weights are apart from the message, mapped from the source's file
 * where they were, and it is written, digested and loaded piece by piece. Compares by content.
 */
public final class OnnxBytes {
    private static final int PIECE = 1 << 20;

    private final ModelProto model;
    private final Map<String, ByteBuffer> large;

    /**
     * @param model all but the elements of those initialisers that are in {@code large}
     * @param large elements by the name of the initialiser, as {@code raw_data} holds them; they must stay as they are
     */
    public OnnxBytes(ModelProto model, Map<String, ByteBuffer> large) {
        this.model = model;
        this.large = new TreeMap<>(large);
    }

    /** @throws IllegalArgumentException when the bytes are no model */
    public static OnnxBytes parse(byte[] onnx) {
        try {
            return new OnnxBytes(ModelProto.parseFrom(onnx), Map.of());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("onnx: no model", e);
        }
    }

    /** The message, in which the elements of large weights are missing. */
    public ModelProto model() {
        return model;
    }

    /** The same weights in another message. */
    public OnnxBytes withModel(ModelProto other) {
        Map<String, ByteBuffer> kept = new TreeMap<>(large);
        kept.keySet()
                .retainAll(other.getGraph().getInitializerList().stream()
                        .map(TensorProto::getName)
                        .toList());
        return new OnnxBytes(other, kept);
    }

    /** The elements of an initialiser, little-endian. */
    public ByteBuffer elements(TensorProto tensor) {
        ByteBuffer apart = large.get(tensor.getName());
        return (apart == null ? tensor.getRawData().asReadOnlyByteBuffer() : apart.duplicate())
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Bytes of the file. */
    public int size() {
        int graph = graphSize();
        return sizeOf(head())
                + CodedOutputStream.computeTagSize(ModelProto.GRAPH_FIELD_NUMBER)
                + CodedOutputStream.computeUInt32SizeNoTag(graph)
                + graph
                + sizeOf(tail());
    }

    /** The whole file in memory: for small models. */
    public byte[] toArray() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(size());
        try {
            writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Writes the file, over what was there. */
    public void writeTo(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            writeTo(out);
        }
    }

    /** As protobuf writes the whole message: fields in the order of their numbers. */
    public void writeTo(OutputStream out) throws IOException {
        CodedOutputStream coded = CodedOutputStream.newInstance(out, PIECE);
        head().writeTo(coded);
        writeHeader(coded, ModelProto.GRAPH_FIELD_NUMBER, graphSize());
        graphHead().writeTo(coded);
        for (TensorProto tensor : model.getGraph().getInitializerList()) {
            writeHeader(coded, GraphProto.INITIALIZER_FIELD_NUMBER, tensorSize(tensor));
            tensor.writeTo(coded);
            ByteBuffer apart = large.get(tensor.getName());
            if (apart != null) {
                writeHeader(coded, TensorProto.RAW_DATA_FIELD_NUMBER, apart.remaining());
                coded.flush();
                copy(apart.duplicate(), out);
            }
        }
        graphTail().writeTo(coded);
        tail().writeTo(coded);
        coded.flush();
    }

    private static void copy(ByteBuffer from, OutputStream out) throws IOException {
        byte[] piece = new byte[Math.min(PIECE, from.remaining())];
        while (from.hasRemaining()) {
            int some = Math.min(piece.length, from.remaining());
            from.get(piece, 0, some);
            out.write(piece, 0, some);
        }
    }

    /** Of a part that is a message of its own, with its length before it. */
    private static void writeHeader(CodedOutputStream out, int field, int length) throws IOException {
        out.writeTag(field, com.google.protobuf.WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(length);
    }

    private static int sizeWithHeader(int field, int length) {
        return CodedOutputStream.computeTagSize(field) + CodedOutputStream.computeUInt32SizeNoTag(length) + length;
    }

    private int tensorSize(TensorProto tensor) {
        ByteBuffer apart = large.get(tensor.getName());
        return tensor.getSerializedSize()
                + (apart == null ? 0 : sizeWithHeader(TensorProto.RAW_DATA_FIELD_NUMBER, apart.remaining()));
    }

    private int graphSize() {
        int size = sizeOf(graphHead()) + sizeOf(graphTail());
        for (TensorProto tensor : model.getGraph().getInitializerList()) {
            size += sizeWithHeader(GraphProto.INITIALIZER_FIELD_NUMBER, tensorSize(tensor));
        }
        return size;
    }

    private static int sizeOf(com.google.protobuf.MessageLite part) {
        return part.getSerializedSize();
    }

    /** The fields before the graph. */
    private ModelProto head() {
        return model.toBuilder()
                .clearGraph()
                .clearOpsetImport()
                .clearMetadataProps()
                .clearTrainingInfo()
                .clearFunctions()
                .build();
    }

    private ModelProto tail() {
        return ModelProto.newBuilder()
                .addAllOpsetImport(model.getOpsetImportList())
                .addAllMetadataProps(model.getMetadataPropsList())
                .addAllTrainingInfo(model.getTrainingInfoList())
                .addAllFunctions(model.getFunctionsList())
                .build();
    }

    /** The fields before the initialisers. */
    private GraphProto graphHead() {
        return GraphProto.newBuilder()
                .addAllNode(model.getGraph().getNodeList())
                .setName(model.getGraph().getName())
                .build();
    }

    private GraphProto graphTail() {
        return model.getGraph().toBuilder()
                .clearNode()
                .clearName()
                .clearInitializer()
                .build();
    }

    /** Digest of the file: 64 lower-case hexadecimal digits. */
    public String sha256() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            writeTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OnnxBytes same && model.equals(same.model) && large.equals(same.large);
    }

    @Override
    public int hashCode() {
        return model.hashCode();
    }
}
