package io.mlaas.translation.signing;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Translations")
class SigningKeyController {
    private final CertificateSigner signer;
    private final SigningKeyRepository keys;

    SigningKeyController(CertificateSigner signer, SigningKeyRepository keys) {
        this.signer = signer;
        this.keys = keys;
    }

    record PublicKeys(List<PublicKey> keys) {}

    /**
     * A key that certificates were signed with.
     *
     * @param fingerprint SHA-256 of the key's bytes
     * @param publicKey X.509's SubjectPublicKeyInfo in base64
     * @param current whether it signs now
     */
    record PublicKey(String fingerprint, String algorithm, String publicKey, boolean current, Instant firstUsedAt) {}

    @Operation(
            summary = "The platform's public keys, present and past: a certificate's signature is verified with them")
    @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'OPERATOR', 'DEVICE', 'ADMIN', 'SERVICE')")
    @GetMapping(path = "/translate/keys", produces = MediaType.APPLICATION_JSON_VALUE)
    PublicKeys signingKeys() {
        return new PublicKeys(keys.all().stream()
                .map(known -> new PublicKey(
                        known.fingerprint(),
                        "Ed25519",
                        known.publicKey(),
                        known.fingerprint().equals(signer.fingerprint()),
                        known.firstUsedAt()))
                .toList());
    }
}
