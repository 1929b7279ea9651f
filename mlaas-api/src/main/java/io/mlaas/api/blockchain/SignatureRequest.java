package io.mlaas.api.blockchain;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the signature of a DSSE envelope.
 *
 * @param organizationId whose key signs; the platform's own without it
 * @param payloadType of the envelope, such as {@code application/vnd.in-toto+json}
 * @param payload what is signed (together with its type), in Base64 when written as JSON
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SignatureRequest(
        @Nullable UUID organizationId,
        @NotBlank @Size(max = 256) String payloadType,

        @NotNull @Size(min = 1, max = SignatureRequest.MAX_PAYLOAD)
        byte[] payload) {

    public static final int MAX_PAYLOAD = 16 << 20;
}
