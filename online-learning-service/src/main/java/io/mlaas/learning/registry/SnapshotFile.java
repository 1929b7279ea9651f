package io.mlaas.learning.registry;

import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * A snapshot as the registry is to have it.
 *
 * @param number of the snapshot among the learner's
 * @param format {@code torchscript}, or {@code learner-state}
 * @param record how it came about
 * @param document what the learner is, JSON
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the bytes are not copied
public record SnapshotFile(
        UUID learner, long number, String format, byte[] content, ObjectNode record, String document) {}
