package io.mlaas.ppfl.trainer;

import io.mlaas.federated.plan.Plan;
import io.mlaas.federated.training.CentralPrivacy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Set;

/**
 * What everything that is drawn comes from. With the plan's seed, whoever knows the plan can take the noise away; without
 * one both are drawn, kept with the checkpoints so that an interrupted run goes on with them, and deleted at the end.
 *
 * @param seed of splits, initial weights and training
 * @param secret of the noise
 * @param repeatable whether the plan had the seed
 */
@SuppressWarnings("ArrayRecordComponent") // a secret; never printed
record Draws(long seed, byte[] secret, boolean repeatable) {
    private static final int SECRET = 32;

    static Draws of(Plan plan, Path checkpoints) throws IOException {
        Long seed = plan.seed();
        if (seed != null) {
            return new Draws(seed, CentralPrivacy.secretOf(seed), true);
        }
        Path file = checkpoints.resolve("draws-" + plan.sha256());
        if (!Files.exists(file)) {
            write(file);
        }
        ByteBuffer drawn = ByteBuffer.wrap(Files.readAllBytes(file));
        byte[] secret = new byte[SECRET];
        long drawnSeed = drawn.getLong();
        drawn.get(secret);
        return new Draws(drawnSeed, secret, false);
    }

    /** For a training of another model, with noise of its own. */
    Draws another(long otherSeed) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(secret);
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(otherSeed).array());
            return new Draws(otherSeed, digest.digest(), repeatable);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not available", e);
        }
    }

    private static void write(Path file) throws IOException {
        byte[] drawn = new byte[Long.BYTES + SECRET];
        new SecureRandom().nextBytes(drawn);
        Path partial = file.resolveSibling(file.getFileName() + ".part");
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.deleteIfExists(partial);
        try (FileChannel channel = FileChannel.open(
                partial,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(drawn);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public String toString() {
        return repeatable ? "seed " + seed : "seed drawn";
    }
}
