package io.mlaas.federated.plan;

import io.mlaas.federated.plan.AggregationPlan.Strategy;
import io.mlaas.federated.plan.Plan.Engine;
import io.mlaas.federated.plan.PrivacyPlan.Mechanism;
import io.mlaas.neural.data.DataMapping;
import io.mlaas.neural.network.InvalidDescriptionException;
import io.mlaas.neural.network.Layer;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.NetworkDescription;
import io.mlaas.neural.network.TensorShape;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the parts of a plan ask of one another. A rule about members that could not be read says nothing more. */
final class PlanRules {
    private final Plan plan;
    private final List<Violation> violations;
    private final List<Violation> unread;

    PlanRules(Plan plan, List<Violation> violations) {
        this.plan = plan;
        this.violations = violations;
        this.unread = List.copyOf(violations);
    }

    void check() {
        topology();
        aggregation();
        engine();
        if (plan.engine() == Engine.FEDPATE) {
            votes();
        } else {
            updates();
        }
        secrecy();
        filters();
        data();
        network();
        if (unread.isEmpty() && (plan.engine() == Engine.FLARE || plan.engine() == Engine.FLOWER)) {
            violations.addAll(FrameworkRules.check(plan));
        }
    }

    private void topology() {
        TopologyPlan topology = plan.topology();
        rule(
                topology.clientsPerRound() <= topology.clients(),
                "topology.clients_per_round",
                topology.clientsPerRound(),
                "at most topology.clients, " + topology.clients(),
                "topology.clients");
        rule(
                topology.quorum() <= topology.clientsPerRound(),
                "topology.quorum",
                topology.quorum(),
                "at most topology.clients_per_round, " + topology.clientsPerRound(),
                "topology.clients",
                "topology.clients_per_round");
        partition(topology.partition());
        if (plan.real()) {
            String expected = "fedavg where topology.mode is real; the other engines are simulated";
            rule(plan.engine() == Engine.FEDAVG, "engine", plan.engine(), expected, "topology.mode");
            rule(
                    plan.data().datasetId() == null,
                    "data.dataset_id",
                    plan.data().datasetId(),
                    "none where topology.mode is real: the samples stay with the clients",
                    "topology.mode");
        }
    }

    private void partition(TopologyPlan.Partition partition) {
        boolean byColumn = partition.kind() == TopologyPlan.Partition.Kind.COLUMN;
        String path = "topology.partition.";
        rule(
                byColumn == (partition.column() != null),
                path + "column",
                partition.column() == null ? "missing" : partition.column(),
                byColumn ? "the column that says whose a row is" : "none but where topology.partition.kind is column",
                path + "kind");
        if (byColumn) {
            rule(
                    plan.data().datasetId() != null,
                    path + "kind",
                    partition.kind(),
                    "iid, dirichlet or label_skew without data.dataset_id, or in real federations",
                    "data");
            rule(
                    !plan.privacy().membershipInference(),
                    "privacy.membership_inference",
                    true,
                    "false where topology.partition.kind is column: shadow models are dealt rows of their own",
                    path + "kind");
        }
    }

    private void aggregation() {
        AggregationPlan aggregation = plan.aggregation();
        int fewest = plan.real() ? plan.topology().quorum() : plan.topology().clientsPerRound();
        String member = plan.real() ? "topology.quorum" : "topology.clients_per_round";
        int least = aggregation.strategy().leastUpdates(aggregation.byzantine());
        rule(
                fewest >= least,
                "aggregation.byzantine",
                aggregation.byzantine(),
                "so few that " + Members.lower(aggregation.strategy()) + " gets the " + least + " updates it needs; "
                        + member + " is " + fewest,
                "aggregation.strategy",
                "topology.clients",
                member);
        rule(
                plan.training().proximalMu() == 0 || aggregation.strategy() != Strategy.FEDAVG,
                "training.proximal_mu",
                plan.training().proximalMu(),
                "0 with strategy fedavg; fedprox has a proximal term",
                "aggregation.strategy");
    }

    private void engine() {
        Mechanism mechanism = plan.privacy().mechanism();
        switch (plan.engine()) {
            case FEDPATE -> {
                Strategy strategy = plan.aggregation().strategy();
                rule(
                        strategy == Strategy.FEDAVG,
                        "aggregation.strategy",
                        strategy,
                        "none with engine fedpate, which aggregates votes",
                        "engine");
            }
            case FEDAVG, FLOWER ->
                rule(
                        mechanism == Mechanism.NONE || mechanism == Mechanism.GAUSSIAN,
                        "privacy.mechanism",
                        mechanism,
                        "none or gaussian with engine " + Members.lower(plan.engine())
                                + "; votes of engine fedpate take the others",
                        "engine");
            case FLARE ->
                rule(
                        mechanism == Mechanism.NONE,
                        "privacy.mechanism",
                        mechanism,
                        "none with engine flare, which has no noise that could be accounted for",
                        "engine");
        }
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
        rule(privacy.clipping() == null, "privacy.clipping", "an object", "none with engine fedpate", "engine");
        rule(privacy.filters().isEmpty(), "privacy.filters", "a list", "none with engine fedpate", "engine");
        rule(
                plan.topology().clients() >= 2,
                "topology.clients",
                plan.topology().clients(),
                "at least 2 with engine fedpate: the vote of one teacher is its own answer",
                "engine");
        rule(
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
        rule(
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
        rule(
                target != null || multiplier != null,
                "privacy.target_epsilon",
                "missing",
                "target_epsilon or noise_multiplier" + with,
                "privacy.mechanism",
                "privacy.noise_multiplier");
        rule(
                target == null || multiplier == null,
                "privacy.noise_multiplier",
                multiplier,
                "none beside target_epsilon, for which it is solved");
        rule(
                plan.aggregation().strategy().sumLike(),
                "aggregation.strategy",
                plan.aggregation().strategy(),
                "fedavg, fedprox, fedadam or fedyogi with mechanism gaussian, whose noise is that of a sum",
                "privacy.mechanism");
        reachable(target);
        adaptiveNoise();
    }

    private void reachable(@Nullable Double target) {
        if (target == null || plan.privacy().noiseMultiplier() != null || !violations.isEmpty()) {
            return;
        }
        try {
            plan.noiseMultiplier();
        } catch (IllegalArgumentException e) {
            rule(false, "privacy.target_epsilon", target, "one that some noise reaches: " + e.getMessage());
        }
    }

    /** Part of the budget goes to the clients' one bit each; what is left must be some. */
    private void adaptiveNoise() {
        PrivacyPlan.Clipping clipping = plan.privacy().clipping();
        if (clipping == null || clipping.kind() != PrivacyPlan.Clipping.Kind.ADAPTIVE || !violations.isEmpty()) {
            return;
        }
        double most = plan.topology().clientsPerRound() / 10.0;
        double multiplier = plan.noiseMultiplier();
        boolean solved = plan.privacy().targetEpsilon() != null;
        rule(
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
            rule(plan.real(), path, "an object", "none in simulations, whose server is the clients", "topology.mode");
            rule(strategy.sumLike(), "aggregation.strategy", strategy, sums + "secure_aggregation, which gives a sum");
            int clients = plan.topology().clientsPerRound();
            rule(
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
        rule(plan.real(), path, true, "false in simulations, whose server is the clients", "topology.mode");
        rule(
                plan.privacy().secureAggregation() == null,
                path,
                true,
                "false with secure_aggregation: either hides single updates");
        Strategy strategy = plan.aggregation().strategy();
        rule(strategy.sumLike(), "aggregation.strategy", strategy, sums);
        rule(
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
        rule(noisy <= 1, "privacy.filters", noisy + " of kind gaussian", "at most one of kind gaussian");
    }

    private void data() {
        DataPlan data = plan.data();
        if (plan.engine() == Engine.FEDPATE) {
            rule(
                    data.publicShare() > 0,
                    "data.public",
                    data.publicShare(),
                    "greater than 0 with engine fedpate: the student learns from public samples",
                    "engine");
            rule(
                    data.test() + data.publicShare() < 1,
                    "data.public",
                    data.publicShare(),
                    "less than 1 together with data.test, " + data.test() + ": the teachers have the rest",
                    "data.test");
        } else {
            rule(data.publicShare() == 0, "data.public", data.publicShare(), "0 but with engine fedpate", "engine");
        }
    }

    private void network() {
        if (unread("model")) {
            return;
        }
        try {
            NetworkDescription description = plan.model().description();
            DataMapping mapping = DataMapping.parse(description.data());
            boolean digits = !plan.real() && plan.data().datasetId() == null;
            TensorShape shape = mapping.shape() == null && digits ? TensorShape.of(64) : mapping.shape();
            TensorShape declared = description.input();
            if (declared != null && (shape == null || declared.elements() == shape.elements())) {
                shape = declared;
            }
            if (shape != null) {
                Network network = description.resolve(shape);
                outputs(network, mapping, digits);
                if (plan.engine() == Engine.FEDAVG) {
                    violations.addAll(FilterRules.check(plan.privacy().filters(), network));
                }
            }
            rule(
                    !plan.real() || declared != null,
                    "model.network.input.shape",
                    "missing",
                    "a shape where topology.mode is real: the server sees no samples",
                    "topology.mode");
        } catch (InvalidDescriptionException e) {
            violations.add(ofDescription(String.valueOf(e.getMessage())));
        }
    }

    private void outputs(Network network, DataMapping mapping, boolean digits) {
        int outputs = network.output().elements();
        boolean classes = network.endsWith(Layer.Function.SOFTMAX) || network.endsWith(Layer.Function.LOG_SOFTMAX);
        if (digits) {
            rule(outputs == 10, "model.network.layers", outputs + " outputs", "10, one for each digit");
        }
        if (plan.engine() == Engine.FEDPATE) {
            rule(
                    classes,
                    "model.network.layers",
                    "a last layer of numbers",
                    "softmax or log_softmax with engine fedpate: teachers vote for classes",
                    "engine");
        }
        if (plan.real() && classes) {
            rule(
                    mapping.classes().size() == outputs,
                    "model.network.data.classes",
                    mapping.classes().isEmpty() ? "missing" : mapping.classes(),
                    outputs + " labels in the order of the outputs where topology.mode is real: no client sees the"
                            + " others' labels",
                    "topology.mode");
        }
    }

    /** The description's messages read {@code place: value (expected: …)}. */
    private Violation ofDescription(String message) {
        String path = plan.model().netName() == null ? "model.network" : "model.net_name";
        int expected = message.indexOf(" (expected: ");
        if (expected < 0 || !message.endsWith(")")) {
            return new Violation(path, message, "a network description, docs/network-description.md");
        }
        return new Violation(
                path,
                message.substring(0, expected),
                message.substring(expected + " (expected: ".length(), message.length() - 1));
    }

    /** @param with such as " with engine fedpate" */
    private void needed(String member, @Nullable Object value, boolean needed, String with) {
        String path = "privacy." + member;
        if (needed) {
            rule(value != null, path, "missing", "a number > 0" + with, "engine", "privacy.mechanism");
        } else {
            rule(value == null, path, value, "none" + with, "engine", "privacy.mechanism");
        }
    }

    /** Notes that the value at the path is not as expected, if all that the rule is about could be read. */
    private void rule(boolean holds, String path, @Nullable Object value, String expected, String... about) {
        if (!holds && !unread(path) && !unread(about)) {
            String shown = value instanceof Enum<?> constant ? Members.lower(constant) : String.valueOf(value);
            violations.add(new Violation(path, shown, expected));
        }
    }

    private boolean unread(String... paths) {
        return Stream.of(paths).anyMatch(path -> unread.stream()
                .anyMatch(v -> v.path().isEmpty()
                        || v.path().equals(path)
                        || v.path().startsWith(path + ".")
                        || path.startsWith(v.path() + ".")));
    }
}
