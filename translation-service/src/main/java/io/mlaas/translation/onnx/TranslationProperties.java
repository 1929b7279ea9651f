package io.mlaas.translation.onnx;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * @param maxModelSize of a model that is taken
 * @param maxReferenceSize of recorded inputs and outputs, as they are sent and as they are unpacked
 * @param maxDatasetSize of a dataset whose ranges are looked at
 * @param capacity how many models are translated at once
 * @param queue how many may wait
 * @param answerWithin how long a request waits for its translation before it is told where to look for it
 * @param maxWait how long a check waits for its turn before it is told to come back
 * @param timeLimit how long a translation may take, the comparison with its source included
 * @param attempts how often a translation is begun that the service, or a server that it needs, did not survive
 * @param pollInterval how often the queue is looked at, and a registered translation that waits for the chain
 * @param node name of this replica: it goes on with what it left
 * @param workDirectory where files lie while models are translated; it survives a restart
 */
@ConfigurationProperties("mlaas.translation")
record TranslationProperties(
        @DefaultValue("512MB") DataSize maxModelSize,
        @DefaultValue("16MB") DataSize maxReferenceSize,
        @DefaultValue("64MB") DataSize maxDatasetSize,
        @DefaultValue("2") int capacity,
        @DefaultValue("100") int queue,
        @DefaultValue("2s") Duration answerWithin,
        @DefaultValue("10s") Duration maxWait,
        @DefaultValue("30m") Duration timeLimit,
        @DefaultValue("3") int attempts,
        @DefaultValue("1s") Duration pollInterval,
        @DefaultValue("local") String node,
        Path workDirectory) {
    TranslationProperties {
        require(maxModelSize.toBytes() >= 1, "max-model-size", maxModelSize, ">= 1B");
        require(maxReferenceSize.toBytes() >= 1, "max-reference-size", maxReferenceSize, ">= 1B");
        require(!maxDatasetSize.isNegative(), "max-dataset-size", maxDatasetSize, ">= 0B");
        require(capacity >= 1, "capacity", capacity, ">= 1");
        require(queue >= 1, "queue", queue, ">= 1");
        require(!answerWithin.isNegative(), "answer-within", answerWithin, ">= 0");
        require(!maxWait.isNegative(), "max-wait", maxWait, ">= 0");
        require(timeLimit.isPositive(), "time-limit", timeLimit, "> 0");
        require(attempts >= 1, "attempts", attempts, ">= 1");
        require(pollInterval.isPositive(), "poll-interval", pollInterval, "> 0");
        require(!node.isBlank(), "node", node, "a name");
        require(workDirectory != null, "work-directory", "none", "a directory");
    }

    private static void require(boolean fits, String property, Object value, String expected) {
        if (!fits) {
            throw new IllegalArgumentException(
                    "mlaas.translation.%s: %s (expected: %s)".formatted(property, value, expected));
        }
    }
}
