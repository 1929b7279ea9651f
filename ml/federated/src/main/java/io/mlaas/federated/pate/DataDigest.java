package io.mlaas.federated.pate;

import io.mlaas.federated.simulation.SimulatedClient;
import io.mlaas.neural.data.Samples;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Tells who has which samples. */
final class DataDigest {
    private DataDigest() {}

    static String of(List<SimulatedClient> teachers, Samples questions) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (SimulatedClient teacher : teachers) {
                sha256.update(
                        (teacher.name() + "\n" + teacher.samples().count() + "\n").getBytes(StandardCharsets.UTF_8));
                add(sha256, teacher.samples());
                if (teacher.samples().targets() instanceof Samples.Targets.Classes(int[] labels, List<String> names)) {
                    sha256.update(names.toString().getBytes(StandardCharsets.UTF_8));
                    ByteBuffer bytes = ByteBuffer.allocate(labels.length * Integer.BYTES);
                    bytes.asIntBuffer().put(labels);
                    sha256.update(bytes);
                }
            }
            add(sha256, questions);
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }

    private static void add(MessageDigest sha256, Samples samples) {
        for (float[] row : samples.features()) {
            ByteBuffer bytes = ByteBuffer.allocate(row.length * Float.BYTES);
            bytes.asFloatBuffer().put(row);
            sha256.update(bytes);
        }
    }
}
