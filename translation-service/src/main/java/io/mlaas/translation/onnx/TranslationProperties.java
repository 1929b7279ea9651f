package io.mlaas.translation.onnx;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * @param maxModelSize of a model that is taken
 * @param capacity how many models are translated at once
 * @param maxWait how long a request waits for its turn before it is told to come back
 * @param workDirectory where models lie while they are translated; the system's temporary folder if it is not set
 */
@ConfigurationProperties("mlaas.translation")
record TranslationProperties(
        @DefaultValue("512MB") DataSize maxModelSize,
        @DefaultValue("2") int capacity,
        @DefaultValue("10s") Duration maxWait,
        @Nullable Path workDirectory) {
    TranslationProperties {
        if (maxModelSize.toBytes() < 1) {
            throw new IllegalArgumentException(
                    "mlaas.translation.max-model-size: " + maxModelSize + " (expected: >= 1B)");
        }
        if (capacity < 1) {
            throw new IllegalArgumentException("mlaas.translation.capacity: " + capacity + " (expected: >= 1)");
        }
        if (maxWait.isNegative()) {
            throw new IllegalArgumentException("mlaas.translation.max-wait: " + maxWait + " (expected: >= 0)");
        }
    }
}
