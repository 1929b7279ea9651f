package io.mlaas.online.vw;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import vowpalWabbit.learner.VWLearners;
import vowpalWabbit.learner.VWScalarLearner;

/**
 * The child process in which the native code runs. It answers {@link WabbitProcess} over a socket, one request after the
 * other, and ends when the socket does: a fault of the native code ends this process and no other.
 */
final class WabbitMain {
    static final int OPEN = 1;
    static final int LEARN = 2;
    static final int PREDICT = 3;
    static final int SAVE = 4;
    static final int CLOSE = 5;
    static final int DONE = 0;
    static final int FAILED = 1;

    private final Map<Integer, VWScalarLearner> learners = new HashMap<>();
    private final DataInputStream in;
    private final DataOutputStream out;

    private WabbitMain(DataInputStream in, DataOutputStream out) {
        this.in = in;
        this.out = out;
    }

    /** @param arguments the socket's path; its folder is removed at the end, as whoever made it may be gone */
    public static void main(String[] arguments) throws IOException {
        Path socket = Path.of(arguments[0]);
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            new WabbitMain(
                            new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel), 1 << 16)),
                            new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)))
                    .answerRequests();
        } finally {
            ClassPath.remove(Objects.requireNonNull(socket.getParent()));
        }
    }

    private void answerRequests() throws IOException {
        while (true) {
            int request;
            try {
                request = in.readByte();
            } catch (EOFException parentIsDone) {
                return;
            }
            answer(request, in.readInt());
            out.flush();
        }
    }

    private void answer(int request, int id) throws IOException {
        switch (request) {
            case OPEN -> open(id, readText(in), readBytes(in));
            case LEARN -> learn(id);
            case PREDICT -> predict(id);
            case SAVE -> save(id);
            case CLOSE -> {
                learner(id).close();
                learners.remove(id);
                out.writeByte(DONE);
            }
            default -> throw new IOException("request: " + request);
        }
    }

    private VWScalarLearner learner(int id) {
        return Objects.requireNonNull(learners.get(id));
    }

    private void open(int id, String options, byte[] regressor) throws IOException {
        Path file = Files.createTempFile("regressor", ".vw");
        try {
            String whole = options;
            if (regressor.length > 0) {
                Files.write(file, regressor);
                whole += " -i " + file;
            }
            learners.put(id, (VWScalarLearner) VWLearners.create(whole));
            out.writeByte(DONE);
        } catch (Exception refused) { // the native code declares nothing, and throws java.lang.Exception
            out.writeByte(FAILED);
            writeText(out, String.valueOf(refused.getMessage()));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private void learn(int id) throws IOException {
        VWScalarLearner learner = learner(id);
        for (int left = in.readInt(); left > 0; left--) {
            learner.learn(readText(in));
        }
        out.writeByte(DONE);
    }

    private void predict(int id) throws IOException {
        VWScalarLearner learner = learner(id);
        int count = in.readInt();
        float[] answers = new float[count];
        for (int i = 0; i < count; i++) {
            answers[i] = learner.predict(readText(in));
        }
        out.writeByte(DONE);
        for (float answer : answers) {
            out.writeFloat(answer);
        }
    }

    private void save(int id) throws IOException {
        Path file = Files.createTempFile("regressor", ".vw");
        try {
            learner(id).saveModel(file.toFile());
            byte[] regressor = Files.readAllBytes(file);
            out.writeByte(DONE);
            out.writeInt(regressor.length);
            out.write(regressor);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    static byte[] readBytes(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return bytes;
    }

    static String readText(DataInputStream in) throws IOException {
        return new String(readBytes(in), StandardCharsets.UTF_8);
    }

    static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
