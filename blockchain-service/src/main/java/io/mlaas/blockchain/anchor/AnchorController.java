package io.mlaas.blockchain.anchor;

import io.mlaas.api.blockchain.AnchorRequest;
import io.mlaas.api.blockchain.AnchorStatus;
import io.mlaas.kit.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/anchors")
@Tag(name = "anchors")
class AnchorController {
    private final Anchors anchors;

    AnchorController(Anchors anchors) {
        this.anchors = anchors;
    }

    @Operation(
            summary = "Give digests to be anchored",
            description =
                    "They are on the chain with the next batch. What an organization gave before changes nothing.")
    @PostMapping
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PreAuthorize("hasRole('SERVICE')")
    void anchor(@Valid @RequestBody AnchorRequest request, Caller caller) {
        anchors.take(request, caller);
    }

    @Operation(
            summary = "Whether a digest is anchored, and the proof",
            description =
                    "The proof can be checked without this platform: it leads from the digest to a root on chain.")
    @GetMapping("/{digest}")
    @PreAuthorize("hasRole('SERVICE')")
    AnchorStatus anchorOf(
            @PathVariable("digest") String digest,
            @RequestParam("organization_id") UUID organizationId,
            Caller caller) {
        return anchors.of(organizationId, digest, caller);
    }
}
