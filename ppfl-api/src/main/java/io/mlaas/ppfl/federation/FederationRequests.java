package io.mlaas.ppfl.federation;

import io.mlaas.federated.plan.InvalidPlanException;
import io.mlaas.federated.plan.Plan;
import io.mlaas.federated.plan.Violation;
import io.mlaas.kit.audit.Audit;
import io.mlaas.kit.security.Caller;
import io.mlaas.ppfl.delivery.Deliveries;
import io.mlaas.ppfl.delivery.DeliveryTarget;
import io.mlaas.ppfl.ledger.PrivacyLedger;
import io.mlaas.privacy.accounting.PrivacyCost;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Takes requests for federations, by whichever door they come, and answers how they go. */
@Component
public class FederationRequests {
    private static final String DELIVERY = "delivery";
    private static final List<String> DELIVERY_FIELDS =
            List.of("domain_name", "bucket_name", "object_name", "access_key", "secret_key");

    private final Federations federations;
    private final FederationProgress progress;
    private final Deliveries deliveries;
    private final PrivacyLedger ledger;
    private final List<FederationEngine> engines;
    private final PrivacyProperties properties;
    private final TransactionTemplate transaction;

    FederationRequests(
            Federations federations,
            FederationProgress progress,
            Deliveries deliveries,
            PrivacyLedger ledger,
            List<FederationEngine> engines,
            PrivacyProperties properties,
            PlatformTransactionManager transactions) {
        this.federations = federations;
        this.progress = progress;
        this.deliveries = deliveries;
        this.ledger = ledger;
        this.engines = engines;
        this.properties = properties;
        this.transaction = new TransactionTemplate(transactions);
    }

    /**
     * @param target where the model is copied to in the end
     * @param targetPath where in the request that is said
     * @param violations what is wrong already; whatever else is goes there too
     * @throws io.mlaas.kit.problem.ProblemException naming everything that is wrong with it
     */
    public Federation accept(
            FederationRequest request,
            @Nullable DeliveryTarget target,
            String targetPath,
            Violations violations,
            Caller caller) {
        Plan plan = plan(request, violations);
        if (target != null) {
            deliveries.check(target, (value, expected) -> violations.add(targetPath, value, expected));
        }
        PrivacyCost cost = plan == null ? null : cost(plan, request, violations);
        violations.refuse();
        PrivacyCost costs = Objects.requireNonNull(cost);
        Plan planned = Objects.requireNonNull(plan);
        Federation draft = draft(request, planned, costs, caller);
        FederationEngine engine = engineOf(draft);
        Federation ready = engine.prepare(draft);
        List<FederationEngine.DataOwner> owners = engine.owners(ready);
        transaction.executeWithoutResult(status -> {
            federations.insert(ready);
            if (target != null) {
                deliveries.order(ready.id(), ready.organizationId(), target);
            }
            String mechanism = planned.privacy().accounted();
            owners.forEach(owner ->
                    ledger.reserve(owner.organization(), owner.name(), ready.id(), ready.engine(), mechanism, costs));
            engine.start(ready);
        });
        Audit.about(ready.id());
        return federations.find(ready.id(), caller);
    }

    /** A plan as it is, with the delivery beside it, if there is one. */
    Federation accept(JsonNode json, Caller caller) {
        Violations violations = new Violations();
        if (!(json instanceof ObjectNode object) || !object.has(DELIVERY)) {
            return accept(FederationRequest.uniform(json), null, "$", violations, caller);
        }
        ObjectNode plan = object.deepCopy();
        JsonNode given = plan.remove(DELIVERY);
        DeliveryTarget target = given.isNull() ? null : delivery(given, violations);
        return accept(FederationRequest.uniform(plan), target, "$." + DELIVERY, violations, caller);
    }

    private static @Nullable DeliveryTarget delivery(JsonNode given, Violations violations) {
        for (String name : given.propertyNames()) {
            if (!DELIVERY_FIELDS.contains(name)) {
                violations.addSecret(
                        "$.delivery." + name.replaceAll("[^A-Za-z0-9_.-]", "?"), "one of " + DELIVERY_FIELDS);
            }
        }
        List<String> texts = DELIVERY_FIELDS.stream()
                .map(name -> {
                    JsonNode value = given.path(name);
                    boolean optional = name.equals("bucket_name") || name.equals("object_name");
                    boolean good = value.isString()
                            && !value.stringValue().isBlank()
                            && value.stringValue().length() <= 1000
                            && value.stringValue().chars().noneMatch(Character::isISOControl);
                    if (!good && !(optional && (value.isMissingNode() || value.isNull()))) {
                        violations.addSecret(
                                "$.delivery." + name,
                                "a text of 1 to 1000 characters, none of them a control character");
                    }
                    return good ? value.stringValue() : "";
                })
                .toList();
        if (texts.get(0).isEmpty() || texts.get(3).isEmpty() || texts.get(4).isEmpty()) {
            return null;
        }
        return DeliveryTarget.of(
                texts.get(0),
                texts.get(1).isEmpty() ? null : texts.get(1),
                texts.get(2).isEmpty() ? "model.pt" : texts.get(2),
                texts.get(3),
                texts.get(4));
    }

    private static @Nullable Plan plan(FederationRequest request, Violations violations) {
        try {
            return Plan.of(request.plan());
        } catch (InvalidPlanException e) {
            for (Violation broken : e.violations()) {
                String path = request.names().apply(broken.path());
                if (!violations.has(path)) {
                    violations.add(path, broken.value(), broken.expected());
                }
            }
            return null;
        }
    }

    /** Who gives away that much is asked to say that it is meant. */
    private PrivacyCost cost(Plan plan, FederationRequest request, Violations violations) {
        PrivacyCost cost = plan.privacyCost();
        if (isWeak(cost) && !plan.privacy().acceptWeakPrivacy()) {
            violations.add(
                    request.names().apply("privacy"),
                    "epsilon %s at delta %s in all".formatted(rounded(cost.epsilon()), cost.delta()),
                    "at most %s, or accept_weak_privacy: true; %s"
                            .formatted(rounded(properties.weakEpsilon()), cost.explanation()));
        }
        return cost;
    }

    private boolean isWeak(PrivacyCost cost) {
        return cost.bounded() && cost.epsilon() > properties.weakEpsilon();
    }

    private static String rounded(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }

    private Federation draft(FederationRequest request, Plan plan, PrivacyCost cost, Caller caller) {
        return new Federation(
                UUID.randomUUID(),
                caller.organizationId(),
                caller.subject(),
                caller.name(),
                request.kind(),
                plan.name(),
                plan.engine().name().toLowerCase(Locale.ROOT),
                plan.real() ? FederationMode.REAL : FederationMode.SIMULATION,
                plan.toJson(),
                request.shown(),
                privacy(cost),
                FederationState.REQUESTED,
                null,
                null,
                null,
                null,
                Instant.now(),
                null,
                null);
    }

    private @Nullable JsonNode privacy(PrivacyCost cost) {
        if (!cost.bounded()) {
            return null;
        }
        ObjectNode told = JsonNodeFactory.instance.objectNode();
        told.put("epsilon", cost.epsilon());
        told.put("delta", cost.delta());
        told.put("accountant", cost.accountant());
        told.put("explanation", cost.explanation());
        if (isWeak(cost)) {
            told.put(
                    "warning",
                    "epsilon is %s in all: this promises next to nothing; it runs because accept_weak_privacy says so"
                            .formatted(rounded(cost.epsilon())));
        }
        return told;
    }

    private FederationEngine engineOf(Federation federation) {
        return engines.stream()
                .filter(engine -> engine.runs(federation))
                .findFirst()
                .orElseThrow(() -> FederationProblem.FEDERATION_REFUSED.because(
                        "$.engine: %s with $.topology.mode: %s (expected: one that this platform runs)"
                                .formatted(
                                        federation.engine(),
                                        federation.mode().name().toLowerCase(Locale.ROOT))));
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

    public FederationPage<FederationView> list(FederationPage.Request page, Caller caller) {
        List<Federation> found = federations.list(caller.organizationId(), page);
        Map<UUID, FederationProgress.Reached> reached =
                progress.reached(found.stream().map(Federation::id).toList());
        return FederationPage.of(found, page.limit(), one -> FederationView.inList(one, reached.get(one.id())));
    }

    public FederationView view(Federation federation) {
        UUID id = federation.id();
        return FederationView.whole(
                federation,
                progress.rounds(id),
                progress.clients(id),
                deliveries.find(id).orElse(null));
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
