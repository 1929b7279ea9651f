package io.mlaas.translation.onnx;

import java.util.UUID;

/**
 * What is asked for, and by whom.
 *
 * @param organizationId the company that asks
 * @param requestedBy subject of the user who asks
 */
record Order(UUID sourceModelId, String sourceSha256, Wish wish, UUID organizationId, String requestedBy) {}
