package io.mlaas.distributed;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What a rank and its collective worker say to each other over the worker's standard input and output. A command is an
 * {@link Op}, an offset in bytes into the shared memory and a count of elements; {@link Op#MAP} is followed by a path. Each
 * command is answered by one reply, in order; a reply that is not empty says why the group is of no more use.
 */
public final class Frames {

    /** What the worker is to do. */
    public enum Op {
        MAP,
        SUM_FLOATS,
        SUM_DOUBLES,
        BROADCAST_BYTES,
        BARRIER,
        /** All is done; without it the end of the input means that the rank died. */
        LEAVE
    }

    /** One command. */
    public record Command(Op op, long offset, long count, String path) {}

    private Frames() {}

    static void write(DataOutputStream out, Command command) throws IOException {
        out.writeUTF(command.op().name());
        out.writeLong(command.offset());
        out.writeLong(command.count());
        if (command.op() == Op.MAP) {
            out.writeUTF(command.path());
        }
        out.flush();
    }

    public static Command read(DataInputStream in) throws IOException {
        Op op = Op.valueOf(in.readUTF());
        return new Command(op, in.readLong(), in.readLong(), op == Op.MAP ? in.readUTF() : "");
    }

    public static void reply(DataOutputStream out, String failure) throws IOException {
        byte[] text = failure.getBytes(StandardCharsets.UTF_8);
        out.writeInt(text.length);
        out.write(text);
        out.flush();
    }

    static String reply(DataInputStream in) throws IOException {
        byte[] text = new byte[in.readInt()];
        in.readFully(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
