package io.mlaas.ppfl.federation;

import io.mlaas.kit.audit.Audit;
import io.mlaas.kit.security.Caller;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** Takes requests for federations, by whichever door they come, and answers how they go. */
@Component
public class FederationRequests {
    private final Federations federations;
    private final FederationProgress progress;
    private final List<FederationEngine> engines;
    private final TransactionTemplate transaction;

    FederationRequests(
            Federations federations,
            FederationProgress progress,
            List<FederationEngine> engines,
            PlatformTransactionManager transactions) {
        this.federations = federations;
        this.progress = progress;
        this.engines = engines;
        this.transaction = new TransactionTemplate(transactions);
    }

    /**
     * @param plan what it comes to
     * @param request as it was asked for, and is to be shown
     * @throws io.mlaas.kit.problem.ProblemException naming everything that is wrong with it
     */
    public Federation accept(FederationKind kind, JsonNode plan, JsonNode request, Caller caller) {
        Violations violations = new Violations();
        if (!plan.isObject()) {
            violations.add("$", plan, "a JSON object");
        }
        JsonNode name = plan.path("name");
        if (!name.isString() || !name.stringValue().matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
            violations.add("$.name", name, "1 to 100 letters, digits, '.', '_' and '-'");
        }
        JsonNode mode = plan.path("topology").path("mode");
        FederationMode wanted = mode.asString("").equals("real") ? FederationMode.REAL : FederationMode.SIMULATION;
        if (!mode.isMissingNode()
                && !mode.asString("").equals("real")
                && !mode.asString("").equals("simulation")) {
            violations.add("$.topology.mode", mode, "simulation or real");
        }
        if (!plan.path("engine").isString()) {
            violations.add("$.engine", plan.path("engine"), "the name of an engine");
        }
        violations.refuse();
        Federation draft = new Federation(
                UUID.randomUUID(),
                caller.organizationId(),
                caller.subject(),
                caller.name(),
                kind,
                name.stringValue(),
                plan.path("engine").stringValue(),
                wanted,
                plan,
                request,
                null,
                FederationState.REQUESTED,
                null,
                null,
                null,
                null,
                Instant.now(),
                null,
                null);
        FederationEngine engine = engineOf(draft);
        Federation ready = engine.prepare(draft);
        transaction.executeWithoutResult(status -> {
            federations.insert(ready, null);
            engine.start(ready);
        });
        Audit.about(ready.id());
        return federations.find(ready.id(), caller);
    }

    private FederationEngine engineOf(Federation federation) {
        return engines.stream()
                .filter(engine -> engine.runs(federation))
                .findFirst()
                .orElseThrow(() -> FederationProblem.FEDERATION_REFUSED.because(
                        "$.engine: %s with $.topology.mode: %s (expected: one that this platform runs)"
                                .formatted(
                                        federation.engine(),
                                        federation.mode().name().toLowerCase(java.util.Locale.ROOT))));
    }

    /** Nothing changes if it was cancelled before. */
    public void cancel(Federation federation) {
        if (federation.state() == FederationState.CANCELLED) {
            return;
        }
        boolean moved = Boolean.TRUE.equals(transaction.execute(status -> {
            boolean cancelled = federations.move(federation.id(), FederationState.CANCELLED, null);
            if (cancelled) {
                engineOf(federation).cancel(federation);
            }
            return cancelled;
        }));
        Audit.about(federation.id());
        FederationState now =
                federations.find(federation.id()).map(Federation::state).orElse(FederationState.CANCELLED);
        if (!moved && now != FederationState.CANCELLED) {
            throw FederationProblem.FEDERATION_OVER.because(
                    "id: %s is %s (expected: one that is under way)".formatted(federation.id(), now));
        }
    }

    FederationPage<FederationView> list(FederationPage.Request page, Caller caller) {
        return FederationPage.of(
                federations.list(caller.organizationId(), page), page.limit(), FederationView::inList);
    }

    FederationView view(Federation federation) {
        return FederationView.whole(
                federation, progress.rounds(federation.id()), progress.clients(federation.id()));
    }

    /** What was spent of privacy until now: at the end what the end says, before what the last round said. */
    static @Nullable Double spent(Federation federation, List<FederationRound> rounds) {
        Double atTheEnd = federation.epsilonSpent();
        if (atTheEnd != null) {
            return atTheEnd;
        }
        Double spent = null;
        for (FederationRound round : rounds) {
            Double epsilon = round.epsilon();
            spent = epsilon == null ? spent : epsilon;
        }
        return spent;
    }
}
