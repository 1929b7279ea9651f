package io.mlaas.learning.device;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A device as it is told, without its password.
 *
 * @param userName by which it connects; it is the same for the device's whole life
 * @param changedAt when it was made, revoked, or given another password
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Device(
        UUID deviceId,
        UUID organizationId,
        String name,
        @Nullable String description,
        String userName,
        DeviceState state,
        String createdBy,
        Instant createdAt,
        Instant changedAt) {
    private static final String PREFIX = "device-";
    private static final int UUID_CHARACTERS = 36;

    static String userName(UUID id) {
        return PREFIX + id;
    }

    /** The device's id, if a text has the form of a user name. */
    static Optional<UUID> idOf(String userName) {
        if (!userName.startsWith(PREFIX) || userName.length() != PREFIX.length() + UUID_CHARACTERS) {
            return Optional.empty();
        }
        try {
            UUID id = UUID.fromString(userName.substring(PREFIX.length()));
            return Optional.of(id).filter(parsed -> userName(parsed).equals(userName));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
