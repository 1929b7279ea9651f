package io.mlaas.monitoring.monitor;

import tools.jackson.databind.JsonNode;

/**
 * What a monitor compares with.
 *
 * @param source where it came from
 * @param rowCount of the whole
 * @param content its rows, a sample if there were many
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the bytes are not copied
record Reference(JsonNode source, long rowCount, byte[] content) {}
