package io.mlaas.neural.torchscript;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes Python pickles, protocol 2, as far as a TorchScript module needs them. */
final class Pickle {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Pickle() {
        out.write(0x80); // PROTO
        out.write(2);
    }

    Pickle global(String module, String name) {
        out.write('c');
        text(module + "\n" + name + "\n");
        return this;
    }

    Pickle emptyTuple() {
        out.write(')');
        return this;
    }

    Pickle emptyDict() {
        out.write('}');
        return this;
    }

    Pickle mark() {
        out.write('(');
        return this;
    }

    /** Makes a tuple of everything since the mark. */
    Pickle tuple() {
        out.write('t');
        return this;
    }

    /** Calls the callable with the tuple above it. */
    Pickle reduce() {
        out.write('R');
        return this;
    }

    /** Makes an object of the class with the tuple above it. */
    Pickle newObject() {
        out.write(0x81);
        return this;
    }

    /** Puts the pairs since the mark into the dictionary below it. */
    Pickle setItems() {
        out.write('u');
        return this;
    }

    /** Gives the dictionary on top to the object below as its state. */
    Pickle build() {
        out.write('b');
        return this;
    }

    /** Resolves the tuple on top as a persistent id: a storage. */
    Pickle persistentId() {
        out.write('Q');
        return this;
    }

    Pickle string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.write('X');
        littleEndian(utf8.length);
        out.writeBytes(utf8);
        return this;
    }

    Pickle integer(int value) {
        if (value >= 0 && value < 256) {
            out.write('K');
            out.write(value);
        } else {
            out.write('J');
            littleEndian(value);
        }
        return this;
    }

    Pickle integers(List<Integer> values) {
        mark();
        values.forEach(this::integer);
        return tuple();
    }

    Pickle bool(boolean value) {
        out.write(value ? 0x88 : 0x89);
        return this;
    }

    byte[] stop() {
        out.write('.');
        return out.toByteArray();
    }

    private void littleEndian(int value) {
        for (int shift = 0; shift < 32; shift += 8) {
            out.write(value >>> shift);
        }
    }

    private void text(String ascii) {
        out.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
    }
}
