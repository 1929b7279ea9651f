package io.mlaas.onnx.torchscript;

import io.mlaas.onnx.graph.ElementType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The operators of a model as its source calls them, one after the other, without control flow and submodules: written as
 * TorchScript, so that PyTorch can tell every result on the way.
 *
 * @param inputs names of the translation's inputs, in order; in the code they are {@code a0}, {@code a1} …
 * @param tensors in the code {@code self.t0}, {@code self.t1} …
 * @param lines statements of the body
 * @param captured by the name in the graph, the variable that holds a copy of this result
 * @param outputs by the translation's names, what the model returns
 * @param operators which version of PyTorch's operators is meant: later ones have more arguments, such as gelu's approximation
 */
public record StraightProgram(
        List<String> inputs,
        List<StoredTensor> tensors,
        List<String> lines,
        Map<String, String> captured,
        Map<String, String> outputs,
        int operators) {
    /** What PyTorch has written since 1.6 where nothing newer is used. */
    public static final int OLDEST = 3;

    /** Since PyTorch 1.13. */
    public static final int NEWEST = 10;

    private static final String TOP = "straight/";

    /** The same statements with the meaning that their operators have now. */
    public StraightProgram withNewestOperators() {
        return new StraightProgram(inputs, tensors, lines, captured, outputs, NEWEST);
    }

    /** Writes an archive whose {@code forward} returns the model's outputs, in order. */
    public void writeOutputsTo(Path file) throws IOException {
        write(file, List.copyOf(outputs.values()));
    }

    /** Writes an archive whose {@code forward} returns all results on the way, in the order of {@link #captured}. */
    public void writeResultsTo(Path file) throws IOException {
        write(file, List.copyOf(captured.values()));
    }

    private void write(Path file, List<String> returned) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.setMethod(ZipOutputStream.STORED);
            add(zip, "data.pkl", module());
            add(zip, "code/__torch__.py", code(returned).getBytes(StandardCharsets.UTF_8));
            add(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
            add(zip, "version", (operators + "\n").getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < tensors.size(); i++) {
                add(zip, "data/" + i, tensors.get(i).contents());
            }
        }
    }

    private String code(List<String> returned) {
        StringBuilder code = new StringBuilder("class Straight(Module):\n  __parameters__ = []\n  __buffers__ = []\n");
        for (int i = 0; i < tensors.size(); i++) {
            code.append("  t").append(i).append(" : Tensor\n");
        }
        code.append("  training : bool\n  def forward(self: __torch__.Straight");
        for (int i = 0; i < inputs.size(); i++) {
            code.append(",\n    a").append(i).append(": Tensor");
        }
        code.append(") -> List[Tensor]:\n");
        lines.forEach(line -> code.append("    ").append(line).append('\n'));
        return code.append("    return [")
                .append(String.join(", ", returned))
                .append("]\n")
                .toString();
    }

    private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
        add(zip, name, ByteBuffer.wrap(content));
    }

    private static void add(ZipOutputStream zip, String name, ByteBuffer content) throws IOException {
        ZipEntry entry = new ZipEntry(TOP + name);
        CRC32 crc = new CRC32();
        eachPiece(content.duplicate(), (bytes, length) -> crc.update(bytes, 0, length));
        entry.setSize(content.remaining());
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        eachPiece(content.duplicate(), (bytes, length) -> zip.write(bytes, 0, length));
    }

    private interface Piece {
        void take(byte[] bytes, int length) throws IOException;
    }

    private static void eachPiece(ByteBuffer content, Piece piece) throws IOException {
        byte[] bytes = new byte[Math.min(1 << 16, content.remaining())];
        while (content.hasRemaining()) {
            int some = Math.min(bytes.length, content.remaining());
            content.get(bytes, 0, some);
            piece.take(bytes, some);
        }
    }

    /** The module with its tensors, as a pickle of protocol 2. */
    private byte[] module() {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        try {
            pickle.write(new byte[] {(byte) 0x80, 2});
            ascii(pickle, "c__torch__\nStraight\n)");
            pickle.write(0x81);
            ascii(pickle, "}(");
            for (int i = 0; i < tensors.size(); i++) {
                text(pickle, "t" + i);
                tensor(pickle, i, tensors.get(i));
            }
            text(pickle, "training");
            pickle.write(0x89);
            ascii(pickle, "ub.");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return pickle.toByteArray();
    }

    private static void tensor(OutputStream pickle, int number, StoredTensor tensor) throws IOException {
        ascii(pickle, "ctorch._utils\n_rebuild_tensor_v2\n((");
        text(pickle, "storage");
        ascii(pickle, "ctorch\n" + storage(tensor.type()) + "\n");
        text(pickle, Integer.toString(number));
        text(pickle, "cpu");
        number(pickle, tensor.elements());
        ascii(pickle, "tQ");
        number(pickle, 0);
        ascii(pickle, "(");
        for (long size : tensor.sizes()) {
            number(pickle, Math.toIntExact(size));
        }
        ascii(pickle, "t(");
        long[] sizes = tensor.sizes();
        for (int axis = 0; axis < sizes.length; axis++) {
            long stride = 1;
            for (int inner = axis + 1; inner < sizes.length; inner++) {
                stride *= Math.max(1, sizes[inner]);
            }
            number(pickle, Math.toIntExact(stride));
        }
        ascii(pickle, "t");
        pickle.write(0x89);
        ascii(pickle, "ccollections\nOrderedDict\n)RtR");
    }

    private static String storage(ElementType type) {
        return TorchScriptArchive.STORAGES.entrySet().stream()
                .filter(entry -> entry.getValue() == type)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private static void ascii(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void text(OutputStream out, String text) throws IOException {
        out.write('X');
        little(out, text.length());
        ascii(out, text);
    }

    private static void number(OutputStream out, int value) throws IOException {
        out.write('J');
        little(out, value);
    }

    private static void little(OutputStream out, int value) throws IOException {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            out.write(value >>> shift);
        }
    }
}
