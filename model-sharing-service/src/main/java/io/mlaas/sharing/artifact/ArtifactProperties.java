package io.mlaas.sharing.artifact;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Files.
 *
 * @param maxSize of a dataset or a result; 0 for no limit
 * @param partSize what a large upload holds in memory at a time; the object store takes 10,000 parts at most
 * @param partsInMemory how many such parts all uploads together may hold; 0 for two fifths of the heap
 * @param verifyFirstUpTo files up to this size are read and verified whole before the first byte is sent, larger ones
 *     while they are sent
 * @param slowest bytes per second below which a sender is cut off; 0 for no limit
 * @param slowestWindow over which a sender's pace is averaged
 * @param sweepAfter age at which what an interrupted upload left is removed
 * @param uploadsExpireAfter how long a resumable upload may rest before it is removed
 */
@Validated
@ConfigurationProperties("mlaas.sharing.artifact")
record ArtifactProperties(
        @DefaultValue("0B") @NotNull DataSize maxSize,
        @DefaultValue("8MB") @NotNull DataSize partSize,
        @DefaultValue("0") int partsInMemory,
        @DefaultValue("1MB") @NotNull DataSize verifyFirstUpTo,
        @DefaultValue("1KB") @NotNull DataSize slowest,
        @DefaultValue("20s") @NotNull Duration slowestWindow,
        @DefaultValue("24h") @NotNull Duration sweepAfter,
        @DefaultValue("24h") @NotNull Duration uploadsExpireAfter) {
    static final int MOST_PARTS = 10_000;

    ArtifactProperties {
        if (partSize.toMegabytes() < 5 || partSize.toMegabytes() > 512) {
            throw new IllegalArgumentException(
                    "mlaas.sharing.artifact.part-size: %s (expected: 5MB to 512MB; S3 wants at least 5MB)"
                            .formatted(partSize));
        }
        if (partsInMemory < 0) {
            throw new IllegalArgumentException(
                    "mlaas.sharing.artifact.parts-in-memory: %d (expected: >= 0)".formatted(partsInMemory));
        }
        if (verifyFirstUpTo.toMegabytes() > 64) {
            throw new IllegalArgumentException(
                    "mlaas.sharing.artifact.verify-first-up-to: %s (expected: <= 64MB, it is held in memory)"
                            .formatted(verifyFirstUpTo));
        }
    }

    int partBytes() {
        return Math.toIntExact(partSize.toBytes());
    }

    /** The largest file that fits the object store's parts. */
    long largestFile() {
        return Math.multiplyExact((long) MOST_PARTS, partSize.toBytes());
    }
}
