package io.mlaas.transform.payload;

import tools.jackson.databind.JsonNode;

/** One observation of a message: whose, when (nanoseconds since 1970), and its values as a JSON tree. */
public record Reading(String source, long time, JsonNode tree) {}
