package io.mlaas.distributed.gloo;

import io.mlaas.distributed.Frames;
import io.mlaas.distributed.Frames.Command;
import io.mlaas.distributed.Rendezvous;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** One rank's collective worker: takes commands on standard input, works on memory that it shares, answers. */
public final class GlooWorker {
    private static final int LINGER_MILLIS = 2500;

    private final Meeting meeting;
    private final DataOutputStream replies;
    private boolean ended;

    private GlooWorker(Meeting meeting, DataOutputStream replies) {
        this.meeting = meeting;
        this.replies = replies;
    }

    /** What {@link #main} takes. */
    public static List<String> arguments(Rendezvous rendezvous) {
        String store =
                switch (rendezvous.store()) {
                    case Rendezvous.Store.File(Path path) -> path.toString();
                    case Rendezvous.Store.Tcp tcp ->
                        tcp.host() + "|" + tcp.port() + "|" + tcp.hosted() + "|" + tcp.prefix();
                };
        return List.of(
                Integer.toString(rendezvous.rank()),
                Integer.toString(rendezvous.worldSize()),
                Long.toString(rendezvous.timeout().toMillis()),
                rendezvous.store() instanceof Rendezvous.Store.File ? "file" : "tcp",
                store);
    }

    private static Rendezvous rendezvous(String[] arguments) {
        Rendezvous.Store store;
        if (arguments[3].equals("file")) {
            store = new Rendezvous.Store.File(Path.of(arguments[4]));
        } else {
            String[] tcp = arguments[4].split("\\|", -1);
            store = new Rendezvous.Store.Tcp(tcp[0], Integer.parseInt(tcp[1]), Boolean.parseBoolean(tcp[2]), tcp[3]);
        }
        return new Rendezvous(
                Integer.parseInt(arguments[0]),
                Integer.parseInt(arguments[1]),
                store,
                Duration.ofMillis(Long.parseLong(arguments[2])));
    }

    public static void main(String[] arguments) throws IOException {
        DataOutputStream replies =
                new DataOutputStream(new BufferedOutputStream(NativeProcess.standardOutputForReplies()));
        GlooWorker worker = new GlooWorker(new Meeting(rendezvous(arguments)), replies);
        NativeProcess.ignoreSignals();
        try {
            NativeProcess.loadGloo();
            worker.meeting.open(worker::fail);
            worker.answer();
            worker.serve(new DataInputStream(System.in));
        } catch (RuntimeException e) {
            worker.fail(worker.meeting.whoFailed(e));
        }
    }

    private void serve(DataInputStream commands) throws IOException {
        try (Region region = new Region()) {
            while (true) {
                Command command;
                try {
                    command = Frames.read(commands);
                } catch (EOFException e) {
                    meeting.tell("rank " + meeting.rank() + " ended before the others");
                    Runtime.getRuntime().halt(0);
                    return;
                }
                if (command.op() == Frames.Op.LEAVE) {
                    meeting.part();
                    Runtime.getRuntime().halt(0);
                }
                run(command, region);
                answer();
            }
        }
    }

    private void run(Command command, Region region) throws IOException {
        switch (command.op()) {
            case MAP -> region.map(Path.of(command.path()), command.count());
            case SUM_FLOATS -> collective(region, command, torch.ScalarType.Float);
            case SUM_DOUBLES -> collective(region, command, torch.ScalarType.Double);
            case BROADCAST_BYTES -> collective(region, command, torch.ScalarType.Byte);
            case BARRIER -> {
                meeting.next();
                try (Work work = meeting.group().barrier()) {
                    work._wait();
                }
            }
            case LEAVE -> throw new IllegalStateException("answered before");
        }
    }

    private void collective(Region region, Command command, torch.ScalarType type) {
        meeting.next();
        try (TensorOptions options = new TensorOptions(type);
                Tensor tensor = torch.from_blob(region.at(command.offset()), new long[] {command.count()}, options);
                TensorVector tensors = new TensorVector(tensor);
                Work work = command.op() == Frames.Op.BROADCAST_BYTES
                        ? meeting.group().broadcast(tensors)
                        : meeting.group().allreduce(tensors)) {
            work._wait();
        }
    }

    private synchronized void answer() throws IOException {
        if (!ended) {
            Frames.reply(replies, "");
        }
    }

    /** Tells the rank, whatever it waits for, and ends; the host of the rendezvous stays until the others know too. */
    private void fail(String why) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            try {
                Frames.reply(replies, why);
            } catch (IOException e) {
                System.err.println("collective worker of rank " + meeting.rank() + ": " + why);
            }
        }
        try {
            Thread.sleep(meeting.host() ? LINGER_MILLIS : 0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(70);
    }

    /** The memory that the rank shares. */
    private static final class Region implements AutoCloseable {
        private @Nullable Arena arena;
        private long address;

        void map(Path file, long bytes) throws IOException {
            close();
            Arena mapped = Arena.ofShared();
            arena = mapped;
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                address = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, mapped)
                        .address();
            }
        }

        Pointer at(long offset) {
            return new Address(address + offset);
        }

        @Override
        public void close() {
            if (arena != null) {
                arena.close();
                arena = null;
            }
        }
    }

    private static final class Address extends Pointer {
        Address(long address) {
            this.address = address;
        }
    }
}
