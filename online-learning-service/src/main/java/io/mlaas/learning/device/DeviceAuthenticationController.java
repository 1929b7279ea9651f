package io.mlaas.learning.device;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.kit.audit.Audit;
import io.mlaas.kit.security.Caller;
import io.mlaas.kit.security.UserTokens;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** What the MQTT broker asks of whoever connects; the gateway does not route here. */
@RestController
@Tag(name = "Internal")
class DeviceAuthenticationController {
    private static final String NO_PASSWORD = new DevicePassword("").sha256();

    private final DeviceRepository devices;
    private final UserTokens tokens;

    DeviceAuthenticationController(DeviceRepository devices, UserTokens tokens) {
        this.devices = devices;
        this.tokens = tokens;
    }

    /** What an MQTT client connects with. */
    record Presented(@Nullable String userName, @Nullable String password) {
        @Override
        public String toString() {
            return "Presented[userName=" + userName + ", password=…]";
        }
    }

    /**
     * Who is let in.
     *
     * @param deviceId absent if it is the user of a token of the platform
     * @param topics the only ones that it may publish to and subscribe to
     * @param credential number of the device's credential: connections with a lower one are ended when it ends
     * @param expiresAt when the connection is to be ended; absent for a device
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record LetIn(
            UUID organizationId,
            @Nullable UUID deviceId,
            String userName,
            List<String> topics,
            @Nullable Integer credential,
            @Nullable Instant expiresAt) {}

    @PostMapping("/internal/devices/authenticate")
    @PreAuthorize("hasRole('SERVICE')")
    @Operation(
            summary = "Who connects with this user name and password, and where it may publish and subscribe",
            description = "A device's, or as the password a token of the platform (DEVICE or DATA_SCIENTIST) whose"
                    + " subject is the user name. Everybody else is 403 DEVICE_REFUSED.")
    LetIn authenticateDevice(@RequestBody Presented presented) {
        String name = presented.userName();
        String password = presented.password();
        if (name == null || password == null) {
            throw refused();
        }
        LetIn letIn = device(name, password)
                .or(() -> user(name, password))
                .orElseThrow(DeviceAuthenticationController::refused);
        UUID device = letIn.deviceId();
        if (device != null) {
            Audit.about(device);
        }
        return letIn;
    }

    private Optional<LetIn> device(String name, String password) {
        Optional<DeviceRepository.Credential> known = Device.idOf(name).flatMap(devices::credential);
        String expected = known.map(DeviceRepository.Credential::passwordSha256).orElse(NO_PASSWORD);
        boolean same = MessageDigest.isEqual(ascii(expected), ascii(new DevicePassword(password).sha256()));
        return known.filter(credential -> same)
                .map(credential -> new LetIn(
                        credential.organizationId(),
                        credential.deviceId(),
                        name,
                        topics(credential.organizationId()),
                        credential.number(),
                        null));
    }

    private static byte[] ascii(String hexadecimal) {
        return hexadecimal.getBytes(StandardCharsets.US_ASCII);
    }

    private Optional<LetIn> user(String name, String password) {
        return tokens.find(password)
                .filter(token ->
                        mayConnect(token.caller()) && token.caller().subject().equals(name))
                .map(token -> new LetIn(
                        token.caller().organizationId(),
                        null,
                        name,
                        topics(token.caller().organizationId()),
                        null,
                        token.expiresAt()));
    }

    private static boolean mayConnect(Caller caller) {
        return caller.has("DEVICE") || caller.has("DATA_SCIENTIST");
    }

    private static List<String> topics(UUID organization) {
        return List.of("mlaas/" + organization + "/#");
    }

    private static RuntimeException refused() {
        return DeviceProblem.DEVICE_REFUSED.because("user_name and password (expected: those of an active device)");
    }
}
