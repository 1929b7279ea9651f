package io.mlaas.federated.simulation;

import io.mlaas.federated.aggregation.ServerOptimizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The state after the last round. Written beside the file, forced to the disk and moved over it, so that whenever the
 * process is killed one whole round is there; its digest goes with it.
 */
final class RoundFile {
    private static final int DIGEST = 32;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path path;
    private final String simulation;

    /** @param simulation what the state belongs to; that of another is refused */
    RoundFile(Path path, String simulation) {
        this.path = path;
        this.simulation = simulation;
    }

    void write(Progress progress) {
        Path partial = path.resolveSibling(path.getFileName() + ".part");
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            byte[] content = content(progress);
            try (FileChannel channel = FileChannel.open(
                    partial,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                ByteBuffer[] parts = {ByteBuffer.wrap(sha256(content)), ByteBuffer.wrap(content)};
                while (parts[1].hasRemaining()) {
                    channel.write(parts);
                }
                channel.force(true);
            }
            Files.move(partial, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the checkpoint " + path, e);
        }
    }

    /**
     * The state to go on from, or null where there is none.
     *
     * @throws IllegalStateException when the file is damaged or of another simulation
     */
    @Nullable
    Progress read() {
        try {
            if (!Files.exists(path)) {
                return null;
            }
            byte[] file = Files.readAllBytes(path);
            byte[] content = Arrays.copyOfRange(file, Math.min(DIGEST, file.length), file.length);
            if (!Arrays.equals(sha256(content), Arrays.copyOf(file, DIGEST))) {
                throw new IllegalStateException(
                        "checkpoint " + path + ": damaged (expected: as it was written; delete it to begin anew)");
            }
            return progress(content);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the checkpoint " + path, e);
        }
    }

    private byte[] content(Progress progress) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(simulation);
            out.writeDouble(progress.norm());
            ByteBuffer model = ByteBuffer.allocate(progress.model().length * Float.BYTES);
            model.asFloatBuffer().put(progress.model());
            out.writeInt(progress.model().length);
            out.write(model.array());
            write(progress.server().first(), out);
            write(progress.server().second(), out);
            byte[] reports = JSON.writeValueAsBytes(progress.reports());
            out.writeInt(reports.length);
            out.write(reports);
        }
        return bytes.toByteArray();
    }

    private static void write(double[] values, DataOutputStream out) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Double.BYTES);
        buffer.asDoubleBuffer().put(values);
        out.writeInt(values.length);
        out.write(buffer.array());
    }

    private Progress progress(byte[] content) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(content))) {
            String of = in.readUTF();
            if (!of.equals(simulation)) {
                throw new IllegalStateException("checkpoint " + path
                        + ": of other settings, another network or other data (expected: of this simulation; delete it"
                        + " to begin anew)");
            }
            double norm = in.readDouble();
            float[] model = new float[in.readInt()];
            ByteBuffer.wrap(in.readNBytes(model.length * Float.BYTES))
                    .asFloatBuffer()
                    .get(model);
            ServerOptimizer.State server = new ServerOptimizer.State(doubles(in), doubles(in));
            RoundReport[] reports = JSON.readValue(in.readNBytes(in.readInt()), RoundReport[].class);
            return new Progress(model, server, norm, new ArrayList<>(List.of(reports)));
        }
    }

    private static double[] doubles(DataInputStream in) throws IOException {
        double[] values = new double[in.readInt()];
        ByteBuffer.wrap(in.readNBytes(values.length * Double.BYTES))
                .asDoubleBuffer()
                .get(values);
        return values;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }
}
