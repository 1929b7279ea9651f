package io.mlaas.ppfl.ledger;

import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/privacy-budgets")
@Tag(name = "privacy budgets")
class PrivacyBudgetController {
    private static final String MAY_SEE = "hasAnyRole('DATA_SCIENTIST', 'OPERATOR')";
    private static final int MOST = 200;
    private static final int RETRY_SECONDS = 2;

    private final LedgerRepository budgets;
    private final RecordRepository records;
    private final PrivacyLedger ledger;

    PrivacyBudgetController(LedgerRepository budgets, RecordRepository records, PrivacyLedger ledger) {
        this.budgets = budgets;
        this.records = records;
        this.ledger = ledger;
    }

    /** A limit as it is set. */
    record LimitRequest(
            @Schema(example = "8") @Nullable Double epsilon,
            @Schema(example = "1e-5") @Nullable Double delta) {

        PrivacyLimit checked() {
            if (epsilon == null || !PrivacyLimit.isEpsilon(epsilon) || epsilon.isInfinite()) {
                throw PlatformProblem.INVALID_REQUEST.because("$.epsilon: " + epsilon + " (expected: 0 or more)");
            }
            if (delta == null || !PrivacyLimit.isDelta(delta)) {
                throw PlatformProblem.INVALID_REQUEST.because("$.delta: " + delta + " (expected: between 0 and 1)");
            }
            return new PrivacyLimit(epsilon, delta);
        }
    }

    @GetMapping
    @PreAuthorize(MAY_SEE)
    @Operation(summary = "What was spent of the privacy of each of the company's data owners")
    List<BudgetView> privacyBudgets(@Parameter(hidden = true) Caller caller) {
        return budgets.owners(caller.organizationId()).stream()
                .map(owner -> BudgetView.of(find(owner, caller)))
                .toList();
    }

    @GetMapping("/{data_owner}")
    @PreAuthorize(MAY_SEE)
    @Operation(
            summary = "What was spent of a data owner's privacy, and the limit",
            description = "Federations are composed by their Rényi curves where they have some, else by the sums of"
                    + " epsilon and delta, whichever is less and holds at the limit's delta.")
    BudgetView privacyBudget(@PathVariable("data_owner") String dataOwner, @Parameter(hidden = true) Caller caller) {
        return BudgetView.of(find(dataOwner, caller));
    }

    @PutMapping("/{data_owner}/limit")
    @PreAuthorize("hasRole('OPERATOR')")
    @Operation(
            summary = "Limit what may be spent of a data owner's privacy",
            description = "Federations that would exceed it are refused from now on, those without noise too; what was"
                    + " spent or reserved before stays.")
    BudgetView limitPrivacyBudget(
            @PathVariable("data_owner") String dataOwner,
            @RequestBody LimitRequest request,
            @Parameter(hidden = true) Caller caller) {
        ledger.limit(caller.organizationId(), dataOwner, request.checked(), caller.name());
        return BudgetView.of(find(dataOwner, caller));
    }

    @GetMapping("/{data_owner}/entries")
    @PreAuthorize(MAY_SEE)
    @Operation(summary = "Which federation took what of a data owner's privacy, newest first")
    EntryView.Page privacyEntries(
            @PathVariable("data_owner") String dataOwner,
            @RequestParam(name = "limit", defaultValue = "50") int limit,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            @Parameter(hidden = true) Caller caller) {
        if (limit < 1 || limit > MOST) {
            throw PlatformProblem.INVALID_REQUEST.because("limit: %d (expected: 1 to %d)".formatted(limit, MOST));
        }
        requireBudget(dataOwner, caller);
        List<PrivacyEntry> found = budgets.page(caller.organizationId(), dataOwner, place(cursor), limit + 1);
        List<PrivacyEntry> shown = found.size() > limit ? found.subList(0, limit) : found;
        List<RecordRepository.Listed> listed =
                records.list(shown.stream().map(PrivacyEntry::id).toList());
        return new EntryView.Page(
                shown.stream().map(entry -> EntryView.of(entry, listed)).toList(),
                found.size() > limit ? Long.toString(shown.getLast().sequence()) : null);
    }

    @GetMapping("/{data_owner}/entries/{entry_id}/records/{state}")
    @PreAuthorize(MAY_SEE)
    @Operation(
            summary = "A record of an entry, byte for byte as it is anchored",
            description = "With its proof it can be checked without this platform: mlaas verify RECORD --proof PROOF.")
    ResponseEntity<byte[]> privacyRecord(
            @PathVariable("data_owner") String dataOwner,
            @PathVariable("entry_id") UUID entry,
            @PathVariable("state") PrivacyEntry.State state,
            @Parameter(hidden = true) Caller caller) {
        return json(records.content(caller.organizationId(), dataOwner, entry, state)
                .orElseThrow(() -> unknownRecord(entry, state)));
    }

    @GetMapping("/{data_owner}/entries/{entry_id}/records/{state}/proof")
    @PreAuthorize(MAY_SEE)
    @Operation(summary = "The inclusion proof of a record, once it is on the chain")
    ResponseEntity<byte[]> privacyRecordProof(
            @PathVariable("data_owner") String dataOwner,
            @PathVariable("entry_id") UUID entry,
            @PathVariable("state") PrivacyEntry.State state,
            @Parameter(hidden = true) Caller caller) {
        String proof = records.proof(caller.organizationId(), dataOwner, entry, state)
                .orElseThrow(() -> unknownRecord(entry, state));
        if (proof.isEmpty()) {
            throw PrivacyProblem.PRIVACY_RECORD_NOT_ANCHORED.retryAfter(
                    RETRY_SECONDS, "record %s of entry %s".formatted(state, entry));
        }
        return json(proof.getBytes(StandardCharsets.UTF_8));
    }

    private PrivacyBudget find(String dataOwner, Caller caller) {
        return budgets.budget(caller.organizationId(), dataOwner).orElseThrow(() -> unknown(dataOwner));
    }

    private void requireBudget(String dataOwner, Caller caller) {
        if (!budgets.owners(caller.organizationId()).contains(dataOwner)) {
            throw unknown(dataOwner);
        }
    }

    private static RuntimeException unknown(String dataOwner) {
        return PrivacyProblem.PRIVACY_BUDGET_UNKNOWN.because("data owner: " + dataOwner);
    }

    private static RuntimeException unknownRecord(UUID entry, PrivacyEntry.State state) {
        return PrivacyProblem.PRIVACY_RECORD_UNKNOWN.because("record %s of entry %s".formatted(state, entry));
    }

    private static long place(@Nullable String cursor) {
        if (cursor == null) {
            return Long.MAX_VALUE;
        }
        try {
            return Long.parseLong(cursor);
        } catch (NumberFormatException e) {
            throw PlatformProblem.MALFORMED_REQUEST.because("cursor: not one that a list gave out.", e);
        }
    }

    private static ResponseEntity<byte[]> json(byte[] content) {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(content);
    }
}
