package io.mlaas.federated.plan;

import io.mlaas.federated.plan.AggregationPlan.Strategy;
import io.mlaas.federated.plan.Plan.Engine;
import io.mlaas.federated.plan.PrivacyPlan.Clipping;
import io.mlaas.federated.plan.PrivacyPlan.Mechanism;
import io.mlaas.federated.plan.TrainingPlan.Optimizer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the programs around NVIDIA FLARE and Flower can do: the platform's own engine can do more. */
final class FrameworkRules {
    private static final Set<String> LAYERS = Set.of(
            "dense", "linear", "conv2d", "max_pool2d", "avg_pool2d", "flatten", "dropout", "relu", "tanh", "sigmoid");
    private static final Set<String> LAST_LAYERS = Set.of("softmax", "log_softmax");

    private final Plan plan;
    private final String with;
    private final List<Violation> violations = new ArrayList<>();

    private FrameworkRules(Plan plan) {
        this.plan = plan;
        this.with = " with engine " + Members.lower(plan.engine());
    }

    /** @param plan of engine flare or flower, all of whose members could be read */
    static List<Violation> check(Plan plan) {
        FrameworkRules rules = new FrameworkRules(plan);
        rules.partition();
        rules.training();
        rules.filters();
        rules.noise();
        rules.layers();
        return rules.violations;
    }

    private void partition() {
        TopologyPlan.Partition.Kind kind = plan.topology().partition().kind();
        boolean theirs = kind != TopologyPlan.Partition.Kind.COLUMN;
        rule(theirs, "topology.partition.kind", kind, "iid, dirichlet or label_skew");
    }

    private void training() {
        Set<Strategy> strategies = plan.engine() == Engine.FLARE
                ? EnumSet.of(Strategy.FEDAVG, Strategy.FEDPROX)
                : EnumSet.allOf(Strategy.class);
        Strategy strategy = plan.aggregation().strategy();
        rule(strategies.contains(strategy), "aggregation.strategy", strategy, names(strategies));
        Optimizer optimizer = plan.training().optimizer();
        rule(optimizer == Optimizer.SGD, "training.optimizer", optimizer, "sgd");
        boolean compared = plan.training().centralComparison();
        rule(!compared, "training.central_comparison", compared, "false");
        boolean attacked = plan.privacy().membershipInference();
        rule(!attacked, "privacy.membership_inference", attacked, "false");
    }

    private void filters() {
        List<FilterPlan> filters = plan.privacy().filters();
        for (int i = 0; i < filters.size(); i++) {
            FilterPlan filter = filters.get(i);
            boolean theirs = plan.engine() == Engine.FLARE && !(filter instanceof FilterPlan.Gaussian);
            String expected = plan.engine() == Engine.FLARE ? "percentile, sparse_vector or exclude" : "no filter";
            rule(theirs, "privacy.filters[" + i + "].kind", filter.kind(), expected);
        }
    }

    /** Flower adds its noise to the mean of all updates, after the strategy, and draws a fixed number of clients. */
    private void noise() {
        PrivacyPlan privacy = plan.privacy();
        if (plan.engine() != Engine.FLOWER || privacy.mechanism() != Mechanism.GAUSSIAN) {
            return;
        }
        Strategy strategy = plan.aggregation().strategy();
        String gaussian = " and mechanism gaussian";
        rule(
                strategy == Strategy.FEDAVG || strategy == Strategy.FEDPROX,
                "aggregation.strategy",
                strategy,
                "fedavg or fedprox",
                gaussian);
        rule(
                privacy.noiseMultiplier() != null,
                "privacy.noise_multiplier",
                "missing",
                "the multiplier itself",
                gaussian);
        Clipping clipping = privacy.clipping();
        rule(
                clipping != null && clipping.kind() == Clipping.Kind.FIXED,
                "privacy.clipping.kind",
                clipping == null ? "missing" : clipping.kind(),
                "fixed",
                gaussian);
        TopologyPlan topology = plan.topology();
        rule(
                topology.clientsPerRound() == topology.clients(),
                "topology.clients_per_round",
                topology.clientsPerRound(),
                "all " + topology.clients(),
                gaussian);
    }

    private void layers() {
        JsonNode layers = plan.model().network().path("layers");
        for (int i = 0; i < layers.size(); i++) {
            String type = layers.path(i).path("type").asString("");
            boolean last = i == layers.size() - 1;
            rule(
                    LAYERS.contains(type) || (last && LAST_LAYERS.contains(type)),
                    "model.network.layers[" + i + "].type",
                    type,
                    "one of " + LAYERS.stream().sorted().collect(Collectors.joining(", "))
                            + ", at the end softmax or log_softmax");
        }
        if (!layers.isEmpty()) {
            String end = layers.path(layers.size() - 1).path("type").asString("");
            rule(
                    LAST_LAYERS.contains(end),
                    "model.network.layers[" + (layers.size() - 1) + "].type",
                    end,
                    "softmax or log_softmax at the end: classes are learned");
        }
    }

    private static String names(Set<? extends Enum<?>> values) {
        return values.stream().map(Members::lower).collect(Collectors.joining(", ", "one of ", ""));
    }

    private void rule(boolean holds, String path, @Nullable Object value, String expected) {
        rule(holds, path, value, expected, "");
    }

    private void rule(boolean holds, String path, @Nullable Object value, String expected, String and) {
        if (!holds) {
            String shown = value instanceof Enum<?> constant ? Members.lower(constant) : String.valueOf(value);
            Violation violation = new Violation(path, shown, expected + with + and);
            if (violations.stream().noneMatch(each -> each.path().equals(path))) {
                violations.add(violation);
            }
        }
    }
}
