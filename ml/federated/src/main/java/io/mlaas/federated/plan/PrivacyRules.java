package io.mlaas.federated.plan;

import io.mlaas.federated.plan.AggregationPlan.Strategy;
import io.mlaas.federated.plan.Plan.Engine;
import io.mlaas.federated.plan.PrivacyPlan.Mechanism;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Noise, clipping, masks, encryption and filters: what they ask of one another and of the engine. */
final class PrivacyRules {
    private final Plan plan;
    private final Findings found;

    PrivacyRules(Plan plan, Findings found) {
        this.plan = plan;
        this.found = found;
    }

    void check() {
        if (plan.engine() == Engine.FEDPATE) {
            votes();
        } else {
            updates();
        }
        secrecy();
        filters();
    }

    /** Engine fedpate: each mechanism has its own scales. */
    private void votes() {
        PrivacyPlan privacy = plan.privacy();
        Mechanism mechanism = privacy.mechanism();
        boolean gaussian = mechanism == Mechanism.GAUSSIAN || mechanism == Mechanism.CONFIDENT_GAUSSIAN;
        boolean confident = mechanism == Mechanism.CONFIDENT_GAUSSIAN;
        String with = " with engine fedpate and mechanism " + Members.lower(mechanism);
        needed("epsilon", privacy.epsilon(), mechanism == Mechanism.LAPLACIAN, with);
        needed("sigma", privacy.sigma(), gaussian, with);
        needed("threshold", privacy.threshold(), confident, with);
        needed("threshold_sigma", privacy.thresholdSigma(), confident, with);
        needed("target_epsilon", privacy.targetEpsilon(), false, with);
        needed("noise_multiplier", privacy.noiseMultiplier(), false, with);
        found.rule(privacy.clipping() == null, "privacy.clipping", "an object", "none with engine fedpate", "engine");
        found.rule(privacy.filters().isEmpty(), "privacy.filters", "a list", "none with engine fedpate", "engine");
        found.rule(
                plan.topology().clients() >= 2,
                "topology.clients",
                plan.topology().clients(),
                "at least 2 with engine fedpate: the vote of one teacher is its own answer",
                "engine");
        found.rule(
                plan.topology().clientsPerRound() == plan.topology().clients(),
                "topology.clients_per_round",
                plan.topology().clientsPerRound(),
                "topology.clients with engine fedpate: every teacher votes",
                "engine",
                "topology.clients");
    }

    /** All other engines: noise on a sum of clipped updates. */
    private void updates() {
        PrivacyPlan privacy = plan.privacy();
        boolean noisy = privacy.mechanism() == Mechanism.GAUSSIAN;
        String with =
                " with engine " + Members.lower(plan.engine()) + " and mechanism " + Members.lower(privacy.mechanism());
        for (String vote : List.of("epsilon", "sigma", "threshold", "threshold_sigma", "queries")) {
            Object value =
                    switch (vote) {
                        case "epsilon" -> privacy.epsilon();
                        case "sigma" -> privacy.sigma();
                        case "threshold" -> privacy.threshold();
                        case "threshold_sigma" -> privacy.thresholdSigma();
                        default -> privacy.queries();
                    };
            needed(vote, value, false, " with engine " + Members.lower(plan.engine()) + ": it is one of fedpate's");
        }
        found.rule(
                privacy.clipping() == null || plan.aggregation().strategy().sumLike(),
                "privacy.clipping",
                "an object",
                "none with strategy " + Members.lower(plan.aggregation().strategy())
                        + ": what is clipped is added up, by fedavg, fedprox, fedadam or fedyogi",
                "privacy.mechanism",
                "aggregation.strategy");
        if (!noisy) {
            needed("target_epsilon", privacy.targetEpsilon(), false, with);
            needed("noise_multiplier", privacy.noiseMultiplier(), false, with);
            return;
        }
        Double target = privacy.targetEpsilon();
        Double multiplier = privacy.noiseMultiplier();
        found.rule(
                target != null || multiplier != null,
                "privacy.target_epsilon",
                "missing",
                "target_epsilon or noise_multiplier" + with,
                "privacy.mechanism",
                "privacy.noise_multiplier");
        found.rule(
                target == null || multiplier == null,
                "privacy.noise_multiplier",
                multiplier,
                "none beside target_epsilon, for which it is solved");
        found.rule(
                plan.aggregation().strategy().sumLike(),
                "aggregation.strategy",
                plan.aggregation().strategy(),
                "fedavg, fedprox, fedadam or fedyogi with mechanism gaussian, whose noise is that of a sum",
                "privacy.mechanism");
        reachable(target);
        adaptiveNoise();
    }

    private void reachable(@Nullable Double target) {
        if (target == null || plan.privacy().noiseMultiplier() != null || !found.none()) {
            return;
        }
        try {
            plan.noiseMultiplier();
        } catch (IllegalArgumentException e) {
            found.rule(false, "privacy.target_epsilon", target, "one that some noise reaches: " + e.getMessage());
        }
    }

    /** Part of the budget goes to the clients' one bit each; what is left must be some. */
    private void adaptiveNoise() {
        PrivacyPlan.Clipping clipping = plan.privacy().clipping();
        if (clipping == null || clipping.kind() != PrivacyPlan.Clipping.Kind.ADAPTIVE || !found.none()) {
            return;
        }
        double most = plan.topology().clientsPerRound() / 10.0;
        double multiplier = plan.noiseMultiplier();
        boolean solved = plan.privacy().targetEpsilon() != null;
        found.rule(
                multiplier < most,
                solved ? "privacy.target_epsilon" : "privacy.noise_multiplier",
                solved
                        ? plan.privacy().targetEpsilon() + ", which takes a noise_multiplier of " + multiplier
                        : multiplier,
                (solved ? "one whose noise_multiplier is less than a tenth of" : "less than a tenth of")
                        + " topology.clients_per_round, " + most + ", with adaptive clipping");
    }

    private void secrecy() {
        PrivacyPlan privacy = plan.privacy();
        PrivacyPlan.SecureAggregation secure = privacy.secureAggregation();
        Strategy strategy = plan.aggregation().strategy();
        String sums = "fedavg, fedprox, fedadam or fedyogi with ";
        if (secure != null) {
            String path = "privacy.secure_aggregation";
            found.rule(
                    plan.real(),
                    path,
                    "an object",
                    "none in simulations, whose server is the clients",
                    "topology.mode");
            found.rule(
                    strategy.sumLike(),
                    "aggregation.strategy",
                    strategy,
                    sums + "secure_aggregation, which gives a sum");
            int clients = plan.topology().clientsPerRound();
            found.rule(
                    2 * secure.threshold() > clients
                            && secure.threshold() <= plan.topology().quorum(),
                    path + ".threshold",
                    secure.threshold(),
                    "more than half of topology.clients_per_round, " + clients + ", and at most topology.quorum, "
                            + plan.topology().quorum(),
                    "topology");
        }
        if (privacy.homomorphicEncryption()) {
            encryption(sums + "homomorphic_encryption, which gives a sum");
        }
    }

    private void encryption(String sums) {
        String path = "privacy.homomorphic_encryption";
        found.rule(plan.real(), path, true, "false in simulations, whose server is the clients", "topology.mode");
        found.rule(
                plan.privacy().secureAggregation() == null,
                path,
                true,
                "false with secure_aggregation: either hides single updates");
        Strategy strategy = plan.aggregation().strategy();
        found.rule(strategy.sumLike(), "aggregation.strategy", strategy, sums);
        found.rule(
                plan.topology().quorum() >= 2,
                "topology.quorum",
                plan.topology().quorum(),
                "at least 2 with homomorphic_encryption: the sum of one update is that update",
                "topology");
    }

    private void filters() {
        long noisy = plan.privacy().filters().stream()
                .filter(FilterPlan.Gaussian.class::isInstance)
                .count();
        found.rule(noisy <= 1, "privacy.filters", noisy + " of kind gaussian", "at most one of kind gaussian");
    }

    /** @param with such as " with engine fedpate" */
    private void needed(String member, @Nullable Object value, boolean needed, String with) {
        String path = "privacy." + member;
        if (needed) {
            found.rule(value != null, path, "missing", "a number > 0" + with, "engine", "privacy.mechanism");
        } else {
            found.rule(value == null, path, value, "none" + with, "engine", "privacy.mechanism");
        }
    }
}
