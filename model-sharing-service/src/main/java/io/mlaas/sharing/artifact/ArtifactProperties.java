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
 * @param partSize what an upload holds in memory at a time; the object store takes 10,000 parts at most
 * @param verifyFirstUpTo files up to this size are read and verified whole before the first byte is sent, larger ones
 *     while they are sent
 * @param sweepAfter age at which what an interrupted upload left is removed
 */
@Validated
@ConfigurationProperties("mlaas.sharing.artifact")
record ArtifactProperties(
        @DefaultValue("0B") @NotNull DataSize maxSize,
        @DefaultValue("16MB") @NotNull DataSize partSize,
        @DefaultValue("8MB") @NotNull DataSize verifyFirstUpTo,
        @DefaultValue("24h") @NotNull Duration sweepAfter) {

    ArtifactProperties {
        if (partSize.toMegabytes() < 5) {
            throw new IllegalArgumentException(
                    "mlaas.sharing.artifact.part-size: %s (expected: >= 5MB, as S3 wants)".formatted(partSize));
        }
        if (verifyFirstUpTo.toGigabytes() >= 1) {
            throw new IllegalArgumentException(
                    "mlaas.sharing.artifact.verify-first-up-to: %s (expected: < 1GB, it is held in memory)"
                            .formatted(verifyFirstUpTo));
        }
    }
}
