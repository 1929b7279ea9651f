package io.mlaas.learning.log;

import io.mlaas.online.Batch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Something that happens to a learner; the order of a learner's entries is what its state depends on, and nothing else. */
public sealed interface LogEntry {

    /** Whose entry it is: the key in the log. */
    UUID learner();

    /** Unique; an entry that a writer repeats has the same. */
    UUID id();

    /**
     * Rows to learn from.
     *
     * @param once whether who sends them may send them again, under the same id, to be learned once
     */
    record Rows(UUID learner, UUID id, Batch batch, boolean once) implements LogEntry {
        public Rows(UUID learner, UUID id, Batch batch) {
            this(learner, id, batch, false);
        }
    }

    /**
     * What a device sent, as it came.
     *
     * @param source the device
     * @param delivery how it came over a stream; null for one that came over REST
     * @param answers of transformers elsewhere, which were asked before it was written; there are none over a stream
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Message(
            UUID learner,
            UUID id,
            String source,
            Instant received,
            byte[] payload,
            @Nullable Delivery delivery,
            List<String> answers)
            implements LogEntry {
        public Message {
            answers = List.copyOf(answers);
            if (delivery != null && !answers.isEmpty()) {
                throw new IllegalArgumentException("answers: " + answers.size() + " (expected: none over a stream)");
            }
        }

        public Message(UUID learner, UUID id, String source, Instant received, byte[] payload) {
            this(learner, id, source, received, payload, null, List.of());
        }

        public Message(
                UUID learner, UUID id, String source, Instant received, byte[] payload, @Nullable Delivery delivery) {
            this(learner, id, source, received, payload, delivery, List.of());
        }

        private byte kind() {
            if (delivery != null) {
                return delivery.format() == null ? Form.DELIVERED : Form.FORMATTED;
            }
            return answers.isEmpty() ? Form.MESSAGE : Form.ANSWERED;
        }
    }

    /** Go back to the model that was stored last. */
    record Rollback(UUID learner, UUID id) implements LogEntry {}

    /** Learn the rows that wait for others to be a batch: they have waited long enough. */
    record Flush(UUID learner, UUID id) implements LogEntry {}

    /**
     * The learner is to be another one now.
     *
     * @param text what it is to be: the log knows no more of it
     */
    record Changed(UUID learner, UUID id, String text) implements LogEntry {}

    /** There is no such learner any more. */
    record Deleted(UUID learner, UUID id) implements LogEntry {}

    /**
     * Its bytes in the log, big-endian: kind and version (a byte each), the id (16 bytes), then of rows their count (int),
     * whether they have weights (a byte), and their lists of numbers, each a length (int) and doubles; of a change its text
     * (UTF-8); of a message its source, when it came (ISO 8601), how it was delivered where it came over a stream, the
     * count (int) of answers and each with its length (int) where there are any, and its bytes.
     */
    default byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(
                    switch (this) {
                        case Rows rows -> rows.once() ? Form.ROWS_ONCE : Form.ROWS;
                        case Rollback _ -> Form.ROLLBACK;
                        case Flush _ -> Form.FLUSH;
                        case Changed _ -> Form.CHANGED;
                        case Deleted _ -> Form.DELETED;
                        case Message message -> message.kind();
                    });
            out.writeByte(Form.VERSION);
            out.writeLong(id().getMostSignificantBits());
            out.writeLong(id().getLeastSignificantBits());
            switch (this) {
                case Rows rows -> Form.write(out, rows.batch());
                case Changed changed -> out.write(changed.text().getBytes(StandardCharsets.UTF_8));
                case Message message -> {
                    out.writeUTF(message.source());
                    out.writeUTF(message.received().toString());
                    if (message.delivery() != null) {
                        message.delivery().write(out);
                    }
                    if (!message.answers().isEmpty()) {
                        Form.write(out, message.answers());
                    }
                    out.write(message.payload());
                }
                case Rollback _, Flush _, Deleted _ -> {}
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** @throws IOException for bytes that are no entry, or one of another version */
    static LogEntry parse(String key, byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        try {
            UUID learner = UUID.fromString(key);
            byte kind = in.readByte();
            byte version = in.readByte();
            if (version != Form.VERSION) {
                throw new IOException("version: " + version + " (expected: " + Form.VERSION + ")");
            }
            UUID id = new UUID(in.readLong(), in.readLong());
            return switch (kind) {
                case Form.ROWS, Form.ROWS_ONCE -> new Rows(learner, id, Form.batch(in), kind == Form.ROWS_ONCE);
                case Form.ROLLBACK -> new Rollback(learner, id);
                case Form.FLUSH -> new Flush(learner, id);
                case Form.CHANGED -> new Changed(learner, id, new String(in.readAllBytes(), StandardCharsets.UTF_8));
                case Form.DELETED -> new Deleted(learner, id);
                case Form.MESSAGE, Form.DELIVERED, Form.FORMATTED, Form.ANSWERED -> {
                    String source = in.readUTF();
                    Instant received = Instant.parse(in.readUTF());
                    boolean delivered = kind == Form.DELIVERED || kind == Form.FORMATTED;
                    @Nullable Delivery delivery = delivered ? Delivery.read(in, kind == Form.FORMATTED) : null;
                    List<String> answers = kind == Form.ANSWERED ? Form.texts(in) : List.of();
                    yield new Message(learner, id, source, received, in.readAllBytes(), delivery, answers);
                }
                default -> throw new IOException("kind: " + kind + " (expected: 1 to 10)");
            };
        } catch (EOFException | IllegalArgumentException | DateTimeParseException e) {
            throw new IOException("an entry of " + bytes.length + " bytes that is none", e);
        }
    }

    /** How entries are written. */
    final class Form {
        private static final byte VERSION = 1;
        private static final byte ROWS = 1;
        private static final byte ROLLBACK = 2;
        private static final byte CHANGED = 3;
        private static final byte DELETED = 4;
        private static final byte MESSAGE = 5;
        private static final byte DELIVERED = 6;
        private static final byte ANSWERED = 7;
        private static final byte FLUSH = 8;
        private static final byte FORMATTED = 9;
        private static final byte ROWS_ONCE = 10;

        private Form() {}

        private static void write(DataOutputStream out, Batch batch) throws IOException {
            double @Nullable [] weights = batch.weights();
            out.writeInt(batch.rows());
            out.writeBoolean(weights != null);
            write(out, batch.inputs());
            write(out, batch.targets());
            if (weights != null) {
                write(out, weights);
            }
        }

        private static void write(DataOutputStream out, List<String> texts) throws IOException {
            out.writeInt(texts.size());
            for (String text : texts) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                out.writeInt(bytes.length);
                out.write(bytes);
            }
        }

        private static List<String> texts(DataInputStream in) throws IOException {
            List<String> texts = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                int length = in.readInt();
                if (length < 0 || length > in.available()) {
                    throw new EOFException("a text of " + length + " bytes in " + in.available());
                }
                texts.add(new String(in.readNBytes(length), StandardCharsets.UTF_8));
            }
            return texts;
        }

        private static Batch batch(DataInputStream in) throws IOException {
            int rows = in.readInt();
            boolean weighted = in.readBoolean();
            double[] inputs = numbers(in);
            double[] targets = numbers(in);
            return new Batch(rows, inputs, targets, weighted ? numbers(in) : null);
        }

        private static void write(DataOutputStream out, double[] numbers) throws IOException {
            out.writeInt(numbers.length);
            for (double number : numbers) {
                out.writeDouble(number);
            }
        }

        private static double[] numbers(DataInputStream in) throws IOException {
            int length = in.readInt();
            if (length < 0 || (long) length * Double.BYTES > in.available()) {
                throw new EOFException("a list of " + length + " numbers in " + in.available() + " bytes");
            }
            double[] numbers = new double[length];
            for (int i = 0; i < length; i++) {
                numbers[i] = in.readDouble();
            }
            return numbers;
        }
    }
}
