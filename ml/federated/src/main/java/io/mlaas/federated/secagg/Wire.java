package io.mlaas.federated.secagg;

import io.mlaas.federated.secagg.SecAggMessage.Advertise;
import io.mlaas.federated.secagg.SecAggMessage.Begin;
import io.mlaas.federated.secagg.SecAggMessage.Consistent;
import io.mlaas.federated.secagg.SecAggMessage.DeliveredShares;
import io.mlaas.federated.secagg.SecAggMessage.Endorsements;
import io.mlaas.federated.secagg.SecAggMessage.MaskedInput;
import io.mlaas.federated.secagg.SecAggMessage.Reveal;
import io.mlaas.federated.secagg.SecAggMessage.Roster;
import io.mlaas.federated.secagg.SecAggMessage.SealedShares;
import io.mlaas.federated.secagg.SecAggMessage.ShareKeys;
import io.mlaas.federated.secagg.SecAggMessage.Survivors;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** The binary form: a version, a kind, the session, then the fields; counts and lengths are 32 bits, little-endian. */
final class Wire {

    private static final byte VERSION = 1;

    private Wire() {}

    static byte[] encode(SecAggMessage message) {
        var out = new Writer();
        out.octet(VERSION);
        out.octet(kind(message));
        out.text(message.session());
        switch (message) {
            case Begin begin -> parameters(out, begin.parameters());
            case Advertise keys -> advertise(out, keys);
            case Roster roster -> out.map(roster.clients(), Wire::advertise);
            case ShareKeys shares -> {
                out.bytes(shares.seedCommitment());
                out.map(shares.shares(), Wire::sealed);
            }
            case DeliveredShares shares -> out.map(shares.shares(), Wire::sealed);
            case MaskedInput input -> {
                out.integer(input.bits());
                out.vector(input.values(), input.bits());
            }
            case Survivors survivors -> out.texts(survivors.clients());
            case Consistent consistent -> out.bytes(consistent.signature());
            case Endorsements endorsements -> out.map(endorsements.signatures(), Writer::bytes);
            case Reveal reveal -> {
                out.map(reveal.selfShares(), Writer::bytes);
                out.map(reveal.keyShares(), Writer::bytes);
            }
        }
        return out.done();
    }

    static SecAggMessage decode(byte[] bytes) {
        var in = new Reader(bytes);
        var version = in.octet();
        if (version != VERSION) {
            throw new SecAggException(null, "message of version " + version + " (expected: " + VERSION + ")");
        }
        var kind = in.octet();
        var session = in.text();
        SecAggMessage message =
                switch (kind) {
                    case 0 -> new Begin(parameters(in, session));
                    case 1 -> advertise(in, session);
                    case 2 -> new Roster(session, in.map(() -> advertise(in, session)));
                    case 3 -> new ShareKeys(session, in.bytes(), in.map(() -> sealed(in)));
                    case 4 -> new DeliveredShares(session, in.map(() -> sealed(in)));
                    case 5 -> masked(in, session);
                    case 6 -> new Survivors(session, in.texts());
                    case 7 -> new Consistent(session, in.bytes());
                    case 8 -> new Endorsements(session, in.map(in::bytes));
                    case 9 -> new Reveal(session, in.map(in::bytes), in.map(in::bytes));
                    default -> throw new SecAggException(null, "message of kind " + kind + " (expected: 0 to 9)");
                };
        in.end();
        return message;
    }

    private static byte kind(SecAggMessage message) {
        return switch (message) {
            case Begin _ -> 0;
            case Advertise _ -> 1;
            case Roster _ -> 2;
            case ShareKeys _ -> 3;
            case DeliveredShares _ -> 4;
            case MaskedInput _ -> 5;
            case Survivors _ -> 6;
            case Consistent _ -> 7;
            case Endorsements _ -> 8;
            case Reveal _ -> 9;
        };
    }

    static void parameters(Writer out, SecAggParameters parameters) {
        out.texts(parameters.clients());
        out.integer(parameters.threshold());
        out.integer(parameters.length());
        out.integer(parameters.bits());
    }

    static SecAggParameters parameters(Reader in, String session) {
        return new SecAggParameters(session, in.texts(), in.integer(), in.integer(), in.integer());
    }

    static void advertise(Writer out, Advertise keys) {
        out.bytes(keys.sealingKey());
        out.bytes(keys.maskingKey());
        out.bytes(keys.credential());
        out.bytes(keys.signature());
    }

    static Advertise advertise(Reader in, String session) {
        return new Advertise(session, in.bytes(), in.bytes(), in.bytes(), in.bytes());
    }

    static void sealed(Writer out, SealedShares shares) {
        out.bytes(shares.sealed());
        out.bytes(shares.selfCommitment());
        out.bytes(shares.keyCommitment());
    }

    static SealedShares sealed(Reader in) {
        return new SealedShares(in.bytes(), in.bytes(), in.bytes());
    }

    private static MaskedInput masked(Reader in, String session) {
        var bits = in.integer();
        if (bits != 32 && bits != 64) {
            throw new SecAggException(null, "bits: " + bits + " (expected: 32 or 64)");
        }
        return new MaskedInput(session, bits, in.vector(bits));
    }

    static final class Writer {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        void octet(int value) {
            out.write(value);
        }

        void integer(int value) {
            out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(value)
                    .array());
        }

        void bytes(byte[] value) {
            integer(value.length);
            out.writeBytes(value);
        }

        void text(String value) {
            bytes(value.getBytes(StandardCharsets.UTF_8));
        }

        void texts(List<String> values) {
            integer(values.size());
            values.forEach(this::text);
        }

        void vector(long[] values, int bits) {
            var buffer = ByteBuffer.allocate(values.length * (bits / 8)).order(ByteOrder.LITTLE_ENDIAN);
            if (bits == 64) {
                buffer.asLongBuffer().put(values);
            } else {
                for (var value : values) {
                    buffer.putInt((int) value);
                }
            }
            bytes(buffer.array());
        }

        <T> void map(Map<String, T> values, BiConsumer<Writer, T> writer) {
            integer(values.size());
            new TreeMap<>(values).forEach((name, value) -> {
                text(name);
                writer.accept(this, value);
            });
        }

        byte[] done() {
            return out.toByteArray();
        }
    }

    /** Reads what strangers wrote: no length is believed before that many bytes are there. */
    static final class Reader {

        private final ByteBuffer in;

        Reader(byte[] bytes) {
            in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }

        int octet() {
            return checked(in::get);
        }

        int integer() {
            return checked(in::getInt);
        }

        byte[] bytes() {
            var bytes = new byte[count(1)];
            in.get(bytes);
            return bytes;
        }

        String text() {
            return new String(bytes(), StandardCharsets.UTF_8);
        }

        List<String> texts() {
            var count = count(Integer.BYTES);
            var values = new ArrayList<String>(count);
            for (var i = 0; i < count; i++) {
                values.add(text());
            }
            return values;
        }

        long[] vector(int bits) {
            var bytes = ByteBuffer.wrap(bytes()).order(ByteOrder.LITTLE_ENDIAN);
            var values = new long[bytes.remaining() / (bits / 8)];
            for (var i = 0; i < values.length; i++) {
                values[i] = bits == 64 ? bytes.getLong() : bytes.getInt() & 0xffff_ffffL;
            }
            return values;
        }

        <T> Map<String, T> map(Supplier<T> reader) {
            var count = count(Integer.BYTES);
            var values = new TreeMap<String, T>();
            for (var i = 0; i < count; i++) {
                var name = text();
                if (values.put(name, reader.get()) != null) {
                    throw new SecAggException(null, "message that names " + name + " twice");
                }
            }
            return values;
        }

        private int count(int leastBytesEach) {
            var count = integer();
            if (count < 0 || (long) count * leastBytesEach > in.remaining()) {
                throw new SecAggException(null, "message that ends too early");
            }
            return count;
        }

        private static <T> T checked(Supplier<T> read) {
            try {
                return read.get();
            } catch (BufferUnderflowException e) {
                throw new SecAggException(null, "message that ends too early", e);
            }
        }

        void end() {
            if (in.hasRemaining()) {
                throw new SecAggException(null, "message with " + in.remaining() + " bytes too many");
            }
        }
    }
}
