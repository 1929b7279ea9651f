package io.mlaas.sharing.provenance;

import io.mlaas.kit.security.Caller;
import io.mlaas.sharing.registry.Assets;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Has evidence that was refused tried again. */
@RestController
@Tag(name = "Provenance")
class AttestController {
    private final Assets assets;
    private final EvidenceSteps steps;
    private final EvidenceRelay relay;

    AttestController(Assets assets, EvidenceSteps steps, EvidenceRelay relay) {
        this.assets = assets;
        this.steps = steps;
        this.relay = relay;
    }

    @PostMapping("/model/{model_id}/attest")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PreAuthorize("hasRole('OPERATOR')")
    @Operation(
            operationId = "attestModel",
            summary = "Try again to sign and to anchor what was refused of the own model's evidence",
            description = "Each document goes on where it was refused; nothing changes if none was.")
    void attest(@PathVariable("model_id") UUID id, Caller caller) {
        assets.ownModel(id, caller);
        steps.retryRefused(id);
        relay.wake();
    }
}
