package io.mlaas.blockchain.signing;

import io.mlaas.api.blockchain.Signature;
import io.mlaas.api.blockchain.SignatureRequest;
import io.mlaas.api.blockchain.SigningKey;
import io.mlaas.kit.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "signatures")
class SigningController {
    private final SigningKeys keys;

    SigningController(SigningKeys keys) {
        this.keys = keys;
    }

    @Operation(
            summary = "Sign a DSSE payload",
            description =
                    "With the key of a company, or with the platform's own without organization_id: ECDSA on P-256"
                            + " with SHA-256, over the pre-authentication encoding. The first signature makes the key.")
    @PostMapping("/signatures")
    @PreAuthorize("hasRole('SERVICE')")
    Signature sign(@Valid @RequestBody SignatureRequest request, Caller caller) {
        return keys.sign(request, caller);
    }

    @Operation(
            summary = "The keys that sign for a company, or for the platform",
            description = "The newest first, and those that were replaced: what they signed stays good.")
    @GetMapping("/signing-keys")
    @PreAuthorize("hasAnyRole('SERVICE', 'ADMIN')")
    List<SigningKey> signingKeys(
            @RequestParam(name = "organization_id", required = false) @Nullable UUID organizationId) {
        return keys.list(organizationId);
    }

    @Operation(
            summary = "Replace the key that signs for a company, or for the platform",
            description = "The old one signs nothing new, and the chain is told; what it signed stays good.")
    @PostMapping("/signing-keys/rotate")
    @PreAuthorize("hasRole('ADMIN')")
    SigningKey rotateSigningKey(
            @RequestParam(name = "organization_id", required = false) @Nullable UUID organizationId) {
        return keys.rotate(organizationId);
    }
}
