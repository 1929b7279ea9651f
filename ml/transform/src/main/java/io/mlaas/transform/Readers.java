package io.mlaas.transform;

import io.mlaas.transform.payload.BadPayloadException;
import io.mlaas.transform.payload.Message;
import io.mlaas.transform.payload.PayloadReader;
import io.mlaas.transform.payload.Reading;
import io.mlaas.transform.row.RowCodec;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads messages in the document's payload format, and those that have another in theirs. */
final class Readers {
    private final TransformerDocument document;
    private final PayloadReader usual;

    /** By what they are made of. */
    private final SortedMap<String, PayloadReader> others = new TreeMap<>();

    Readers(TransformerDocument document) {
        this.document = document;
        this.usual = document.reader();
    }

    /**
     * @throws BadPayloadException with the reason; then no state has changed
     * @throws InvalidTransformerException where a message's own format is none
     */
    List<Reading> read(Message message) throws BadPayloadException {
        String format = message.format();
        return format == null ? usual.read(message) : other(format).read(message);
    }

    private PayloadReader other(String format) {
        return others.computeIfAbsent(format, document::reader);
    }

    /** What the reader of the document's format remembers. */
    void writeUsual(DataOutput out) throws IOException {
        usual.write(out);
    }

    void restoreUsual(DataInput in) throws IOException {
        usual.restore(in);
    }

    boolean othersRemember() throws IOException {
        return !states().isEmpty();
    }

    /** What those of other formats remember, where they remember something. */
    void writeOthers(DataOutput out) throws IOException {
        SortedMap<String, byte[]> states = states();
        out.writeInt(states.size());
        for (Map.Entry<String, byte[]> state : states.entrySet()) {
            RowCodec.writeText(state.getKey(), out);
            out.write(state.getValue());
        }
    }

    void restoreOthers(DataInput in) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            other(RowCodec.readText(in)).restore(in);
        }
    }

    private SortedMap<String, byte[]> states() throws IOException {
        SortedMap<String, byte[]> states = new TreeMap<>();
        for (Map.Entry<String, PayloadReader> other : others.entrySet()) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            other.getValue().write(new DataOutputStream(bytes));
            if (bytes.size() > 0) {
                states.put(other.getKey(), bytes.toByteArray());
            }
        }
        return states;
    }
}
