package io.mlaas.ppfl.server;

import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.security.Caller;
import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.Federations;
import io.mlaas.ppfl.protocol.identity.IdentityException;
import io.mlaas.ppfl.protocol.identity.Participant;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

@RestController
@RequestMapping("/federations/{id}/participants")
@Tag(name = "participants")
class ParticipantController {
    private final Federations federations;
    private final Invitations invitations;

    ParticipantController(Federations federations, Invitations invitations) {
        this.federations = federations;
        this.invitations = invitations;
    }

    /** Who is invited. */
    record NewParticipant(
            @Schema(example = "clinic-1") @Nullable String name) {}

    @PostMapping
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @Operation(
            summary = "Invite a participant to a real federation",
            description =
                    "The answer is the enrolment kit, a file for the participant's ppfl-client. It is shown once: its"
                            + " secret, which gets one certificate, is kept nowhere.")
    ResponseEntity<JsonNode> inviteParticipant(
            @PathVariable("id") UUID id,
            @RequestBody NewParticipant participant,
            @Parameter(hidden = true) Caller caller) {
        Federation federation = federations.find(id, caller);
        return ResponseEntity.status(HttpStatus.CREATED)
                .cacheControl(CacheControl.noStore())
                .body(invitations.invite(federation, name(participant.name()), caller.name()));
    }

    private static String name(@Nullable String name) {
        try {
            return Participant.requireName(name == null ? "" : name);
        } catch (IdentityException e) {
            throw PlatformProblem.INVALID_REQUEST.because("name: " + e.getMessage());
        }
    }

    @GetMapping
    @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'OPERATOR')")
    @Operation(summary = "The participants of a real federation, by name")
    List<InvitedParticipant> participants(@PathVariable("id") UUID id, @Parameter(hidden = true) Caller caller) {
        return invitations.list(federations.find(id, caller));
    }

    @DeleteMapping("/{name}")
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            summary = "Revoke a participant",
            description =
                    "Its kit and its certificate let nobody in any more, its connection ends, and rounds go on without"
                            + " it. The name can be invited again.")
    void revokeParticipant(
            @PathVariable("id") UUID id, @PathVariable("name") String name, @Parameter(hidden = true) Caller caller) {
        invitations.revoke(federations.find(id, caller), name);
    }
}
