package io.mlaas.api.learning;

import java.util.UUID;

/**
 * Whose credential a device has shown, as {@code GET /devices/me} answers.
 *
 * @param userName by which it connects to the MQTT broker
 */
public record DeviceIdentity(UUID deviceId, UUID organizationId, String name, String userName) {}
