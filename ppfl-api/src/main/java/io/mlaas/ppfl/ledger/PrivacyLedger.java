package io.mlaas.ppfl.ledger;

import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import io.mlaas.api.federation.PrivacyEvents;
import io.mlaas.kit.event.Outbox;
import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.security.CallerAuthentication;
import io.mlaas.privacy.accounting.PrivacyCost;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The budgets of data owners. A federation reserves what it may spend at most before it begins, and settles or releases it
 * when it is over; each of the three has effect once, however often it is called. Reservations of one owner wait for one
 * another, so that no two of them see the same budget: whatever comes at once, a limit holds.
 */
@Component
public class PrivacyLedger {
    private static final String SOURCE = "/ppfl-api";
    private static final Pattern OWNER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@-]{0,199}");

    private final LedgerRepository ledger;
    private final RecordRepository records;
    private final Outbox outbox;
    private final Clock clock = Clock.systemUTC();

    PrivacyLedger(LedgerRepository ledger, RecordRepository records, Outbox outbox) {
        this.ledger = ledger;
        this.records = records;
        this.outbox = outbox;
    }

    /**
     * Reserves for one owner; see {@link #reserve(UUID, Collection, UUID, String, String, PrivacyCost)}.
     *
     * @throws io.mlaas.kit.problem.ProblemException {@link PrivacyProblem#PRIVACY_BUDGET_EXCEEDED}
     */
    @Transactional
    public void reserve(
            UUID organization, String dataOwner, UUID federation, String engine, String mechanism, PrivacyCost cost) {
        reserve(organization, List.of(dataOwner), federation, engine, mechanism, cost);
    }

    /**
     * Reserves the same of each of several owners, or nothing. What a federation reserved before stays as it is.
     *
     * @param cost the most that the federation may spend of each
     * @throws io.mlaas.kit.problem.ProblemException {@link PrivacyProblem#PRIVACY_BUDGET_EXCEEDED}, naming the owner: the
     *     surrounding transaction must not commit
     */
    @Transactional
    public void reserve(
            UUID organization,
            Collection<String> dataOwners,
            UUID federation,
            String engine,
            String mechanism,
            PrivacyCost cost) {
        // In one order, so that federations with the same owners do not wait for one another in a circle.
        for (String owner : new TreeSet<>(dataOwners)) {
            reserveOf(organization, owner, federation, engine, mechanism, cost);
        }
    }

    private void reserveOf(
            UUID organization, String owner, UUID federation, String engine, String mechanism, PrivacyCost cost) {
        requireOwner(owner);
        ledger.lockOrBegin(organization, owner);
        PrivacyBudget budget = ledger.budget(organization, owner).orElseThrow();
        if (budget.entries().stream().anyMatch(entry -> entry.federationId().equals(federation))) {
            return;
        }
        refuseIfExceeded(budget, cost);
        PrivacyEntry entry = ledger.insert(new PrivacyEntry(
                UUID.randomUUID(),
                0,
                organization,
                owner,
                federation,
                engine,
                mechanism,
                PrivacyEntry.State.RESERVED,
                cost,
                now(),
                null));
        noted(entry);
    }

    private static void refuseIfExceeded(PrivacyBudget budget, PrivacyCost cost) {
        PrivacyLimit limit = budget.limit();
        if (!limit.isFinite()) {
            return;
        }
        if (!cost.bounded()) {
            throw PrivacyProblem.PRIVACY_BUDGET_EXCEEDED.because(
                    "data owner %s: a federation that promises no epsilon (expected: one with noise, since there is a limit)"
                            .formatted(budget.dataOwner()));
        }
        double after = budget.committedWith(cost);
        if (after <= limit.epsilon()) {
            return;
        }
        throw PrivacyProblem.PRIVACY_BUDGET_EXCEEDED.because(
                isOfTheCallersCompany(budget)
                        ? String.format(
                                Locale.ROOT,
                                "data owner %s: epsilon %.6g after this federation, %.6g before it (expected: %s at most at delta %s)",
                                budget.dataOwner(),
                                after,
                                budget.committed(),
                                limit.epsilon(),
                                limit.delta())
                        : String.format(
                                Locale.ROOT,
                                "data owner %s: epsilon %.6g of this federation (expected: what is left of a budget that its own company sees)",
                                budget.dataOwner(),
                                cost.epsilon()));
    }

    /** How much others have spent of a company's data is nothing that whoever was let use some of it is told. */
    private static boolean isOfTheCallersCompany(PrivacyBudget budget) {
        return SecurityContextHolder.getContext().getAuthentication() instanceof CallerAuthentication authentication
                && authentication.getPrincipal().organizationId().equals(budget.organizationId());
    }

    /**
     * The federation is over and spent this of each of its owners. What was spent counts, even if it is more than what was
     * reserved.
     */
    @Transactional
    public void settle(UUID federation, PrivacyCost spent) {
        for (PrivacyEntry entry : ledger.lockReserved(federation)) {
            end(entry.ended(PrivacyEntry.State.SETTLED, spent, now()));
        }
    }

    /** The federation is over; what it spent is not known better than by what it reserved. */
    @Transactional
    public void settleAsReserved(UUID federation) {
        for (PrivacyEntry entry : ledger.lockReserved(federation)) {
            end(entry.ended(PrivacyEntry.State.SETTLED, entry.cost(), now()));
        }
    }

    /** The federation is over before anything of the owners' data was learned from. */
    @Transactional
    public void release(UUID federation) {
        for (PrivacyEntry entry : ledger.lockReserved(federation)) {
            end(entry.ended(PrivacyEntry.State.RELEASED, entry.cost(), now()));
        }
    }

    /** Federations that have something reserved, the first first. */
    public List<UUID> unsettled() {
        return ledger.unsettled();
    }

    private void end(PrivacyEntry entry) {
        ledger.update(entry);
        noted(entry);
    }

    /** Sets an owner's limit; what was spent before stays spent. */
    @Transactional
    void limit(UUID organization, String owner, PrivacyLimit limit, String by) {
        requireOwner(owner);
        ledger.lockOrBegin(organization, owner);
        ledger.limit(organization, owner, limit, by);
        outbox.publish(
                Topics.FEDERATION,
                CloudEvent.of(
                        SOURCE,
                        PrivacyEvents.LIMIT_CHANGED,
                        organization,
                        organization,
                        new PrivacyEvents.LimitChanged(owner, limit.epsilon(), limit.delta(), by)));
    }

    private void noted(PrivacyEntry entry) {
        records.add(entry, now());
        PrivacyCost cost = entry.cost();
        outbox.publish(
                Topics.FEDERATION,
                CloudEvent.of(
                        SOURCE,
                        PrivacyEvents.changedTo(entry.state().name()),
                        entry.federationId(),
                        entry.organizationId(),
                        new PrivacyEvents.EntryChanged(
                                entry.federationId(),
                                entry.dataOwner(),
                                entry.state().name(),
                                entry.engine(),
                                entry.mechanism(),
                                cost.bounded() ? cost.epsilon() : null,
                                cost.delta())));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static void requireOwner(String owner) {
        if (!OWNER.matcher(owner).matches()) {
            throw PlatformProblem.INVALID_REQUEST.because(
                    "data owner: " + owner
                            + " (expected: 1 to 200 letters, digits, '.', '_', ':', '@' and '-', the first a letter or a digit)");
        }
    }
}
