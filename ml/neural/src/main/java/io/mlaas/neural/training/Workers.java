package io.mlaas.neural.training;

import io.mlaas.distributed.ProcessGroup;
import io.mlaas.neural.data.InvalidDataException;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.network.Network;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ranks that train one network together, each on its share of every batch.
 *
 * @param checkpoints where rank 0 keeps the last checkpoint; null: nowhere
 */
public record Workers(ProcessGroup group, @Nullable CheckpointFile checkpoints) {

    /** One process, no checkpoints. */
    public static Workers one() {
        return new Workers(ProcessGroup.alone(), null);
    }

    boolean single() {
        return group.size() == 1;
    }

    boolean first() {
        return group.rank() == 0;
    }

    /** This rank's part of rows {@code from} to {@code to} (exclusive). */
    record Share(int from, int to) {}

    /**
     * Shares a batch out: in contiguous parts whose sizes differ by one at most, every row once. Batch normalisation knows
     * no variance of a single sample, so where a batch is small, some ranks get none rather than one.
     *
     * @param batch rows of each worker in a whole batch
     */
    Share share(int from, int to, int batch) {
        long rows = (long) to - from;
        long takers = Math.clamp(rows / Math.min(2, batch), 1, group.size());
        if (group.rank() >= takers) {
            return new Share(to, to);
        }
        return new Share(
                from + (int) (rows * group.rank() / takers), from + (int) (rows * (group.rank() + 1) / takers));
    }

    /** Every so-manieth row, so that the ranks' parts together are all rows once. */
    int[] share(int[] rows) {
        if (single()) {
            return rows;
        }
        int[] mine = new int[Math.ceilDiv(Math.max(0, rows.length - group.rank()), group.size())];
        Arrays.setAll(mine, i -> rows[group.rank() + i * group.size()]);
        return mine;
    }

    /** Names a training: the same for the same network, settings, samples and number of workers. */
    String training(Network network, TrainingSettings settings, Samples samples) {
        MessageDigest sha256 = CheckpointFile.sha256();
        String text = network.nodes() + "\n" + network.parameters() + "\n" + settings + "\n" + samples.shape() + "\n"
                + group.size();
        sha256.update(text.getBytes(StandardCharsets.UTF_8));
        for (float[] row : samples.features()) {
            sha256.update(bytes(row));
        }
        switch (samples.targets()) {
            case Samples.Targets.Classes(int[] labels, List<String> names) -> {
                ByteBuffer bytes = ByteBuffer.allocate(labels.length * Integer.BYTES);
                bytes.asIntBuffer().put(labels);
                sha256.update(bytes);
                sha256.update(names.toString().getBytes(StandardCharsets.UTF_8));
            }
            case Samples.Targets.Values(float[][] values) -> {
                for (float[] row : values) {
                    sha256.update(bytes(row));
                }
            }
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static ByteBuffer bytes(float[] row) {
        ByteBuffer bytes = ByteBuffer.allocate(row.length * Float.BYTES);
        bytes.asFloatBuffer().put(row);
        return bytes;
    }

    /** Refuses ranks that were given something else to train than rank 0. */
    void requireSame(String training, String first) {
        if (!training.equals(first)) {
            throw new InvalidDataException("rank " + group.rank()
                    + ": other network, settings or samples than rank 0 (expected: the same input for all)");
        }
    }
}
