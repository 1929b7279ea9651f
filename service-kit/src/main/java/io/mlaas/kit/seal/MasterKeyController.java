package io.mlaas.kit.seal;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "keys")
class MasterKeyController {
    private final Resealing resealing;

    MasterKeyController(Resealing resealing) {
        this.resealing = resealing;
    }

    @Operation(
            summary = "Which master key seals how many of this service's secrets",
            description =
                    "Keys are named by fingerprints. An earlier key may be dropped once nothing is left under it.")
    @GetMapping("/keys/master")
    @PreAuthorize("hasRole('ADMIN')")
    MasterKeyStatus status() {
        return resealing.status();
    }
}
