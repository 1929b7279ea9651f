package io.mlaas.sharing.organization;

import io.mlaas.kit.seal.Seal;
import java.util.Base64;
import java.util.UUID;

/** Seals companies' credentials: what is sealed for one company opens for that company only. */
final class MasterKey {
    private final Seal seal;

    /** @param base64 32 bytes */
    MasterKey(String base64) {
        this.seal = new Seal(decode(base64), "bucket");
    }

    private static byte[] decode(String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "mlaas.sharing.master-key: not base64 (expected: 32 bytes in base64)", e);
        }
        if (bytes.length != 32) {
            throw new IllegalArgumentException(
                    "mlaas.sharing.master-key: %d bytes (expected: 32 bytes in base64)".formatted(bytes.length));
        }
        return bytes;
    }

    byte[] seal(byte[] plain, UUID organizationId) {
        return seal.seal(organizationId, plain);
    }

    byte[] open(byte[] sealed, UUID organizationId) {
        return seal.open(organizationId, sealed);
    }
}
