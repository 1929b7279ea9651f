package io.mlaas.learning.device;

import io.mlaas.kit.security.Caller;
import io.mlaas.kit.security.OpaqueCredential;
import java.util.Set;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.stereotype.Component;

/** A device's password as the bearer token of its requests. */
@Component
class DeviceCredential implements OpaqueCredential {
    private static final String ROLE = "DEVICE";

    private final DeviceRepository devices;

    DeviceCredential(DeviceRepository devices) {
        this.devices = devices;
    }

    @Override
    public boolean recognises(String token) {
        return token.startsWith(DevicePassword.PREFIX);
    }

    @Override
    public Caller authenticate(String token) {
        return devices.credential(new DevicePassword(token))
                .map(known -> new Caller(
                        known.deviceId().toString(),
                        Device.userName(known.deviceId()),
                        known.organizationId(),
                        Set.of(ROLE)))
                .orElseThrow(() -> new InvalidBearerTokenException("no device has this password"));
    }
}
