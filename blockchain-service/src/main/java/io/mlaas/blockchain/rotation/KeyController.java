package io.mlaas.blockchain.rotation;

import io.mlaas.blockchain.account.Accounts;
import io.mlaas.blockchain.account.ListedAccount;
import io.mlaas.kit.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/keys")
@Tag(name = "keys")
class KeyController {
    private final Accounts accounts;
    private final KeyRotations rotations;
    private final KeyRotationRepository repository;

    KeyController(Accounts accounts, KeyRotations rotations, KeyRotationRepository repository) {
        this.accounts = accounts;
        this.rotations = rotations;
        this.repository = repository;
    }

    /** @param rotations the newest first */
    record OrganizationKeys(List<ListedAccount> accounts, List<KeyRotation> rotations) {}

    @Operation(
            summary = "Accounts on the chain, without their keys",
            description = "An operator sees the own company's, an administrator all.")
    @GetMapping
    @PreAuthorize("hasAnyRole('OPERATOR', 'ADMIN')")
    List<ListedAccount> list(Caller caller) {
        return accounts.list(caller.has("ADMIN") ? null : caller.organizationId());
    }

    @Operation(summary = "An organization's accounts, and how they were replaced")
    @GetMapping("/{organization_id}")
    @PreAuthorize("hasAnyRole('OPERATOR', 'ADMIN')")
    OrganizationKeys of(@PathVariable("organization_id") UUID organizationId, Caller caller) {
        List<ListedAccount> own = caller.has("ADMIN") || caller.organizationId().equals(organizationId)
                ? accounts.list(organizationId)
                : List.of();
        if (own.isEmpty()) {
            throw KeyProblem.NO_ACCOUNT.because(
                    "organization_id: " + organizationId + " (expected: one that has registered something)");
        }
        return new OrganizationKeys(own, repository.of(organizationId));
    }

    @Operation(
            summary = "Replace an organization's key",
            description =
                    "Answers at once; GET /keys/{organization_id} shows how far it is. A new account is authorised,"
                            + " takes over, and the old one is revoked when all that it signed is on the chain. The platform's"
                            + " own id replaces the registrar's key. While a replacement is under way, another is not begun.")
    @PostMapping("/{organization_id}/rotate")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PreAuthorize("hasRole('ADMIN')")
    KeyRotation rotate(@PathVariable("organization_id") UUID organizationId, Caller caller) {
        return rotations.begin(organizationId, caller.name());
    }
}
