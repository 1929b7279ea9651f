package io.mlaas.federated.plan;

import io.mlaas.federated.plan.AggregationPlan.Strategy;
import io.mlaas.federated.plan.Plan.Engine;
import io.mlaas.federated.plan.PrivacyPlan.Mechanism;
import java.util.List;

/** What the parts of a plan ask of one another. */
final class PlanRules {
    private final Plan plan;
    private final Findings found;

    /** @param violations what could not be read; what else is found is added */
    PlanRules(Plan plan, List<Violation> violations) {
        this.plan = plan;
        this.found = new Findings(violations);
    }

    void check() {
        topology();
        aggregation();
        engine();
        new PrivacyRules(plan, found).check();
        new LearningRules(plan, found).check();
        if (found.allRead() && (plan.engine() == Engine.FLARE || plan.engine() == Engine.FLOWER)) {
            found.add(FrameworkRules.check(plan));
        }
    }

    private void topology() {
        TopologyPlan topology = plan.topology();
        found.rule(
                topology.clientsPerRound() <= topology.clients(),
                "topology.clients_per_round",
                topology.clientsPerRound(),
                "at most topology.clients, " + topology.clients(),
                "topology.clients");
        found.rule(
                topology.quorum() <= topology.clientsPerRound(),
                "topology.quorum",
                topology.quorum(),
                "at most topology.clients_per_round, " + topology.clientsPerRound(),
                "topology.clients",
                "topology.clients_per_round");
        partition(topology.partition());
        if (plan.real()) {
            String expected = "fedavg where topology.mode is real; the other engines are simulated";
            found.rule(plan.engine() == Engine.FEDAVG, "engine", plan.engine(), expected, "topology.mode");
            found.rule(
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
        found.rule(
                byColumn == (partition.column() != null),
                path + "column",
                partition.column() == null ? "missing" : partition.column(),
                byColumn ? "the column that says whose a row is" : "none but where topology.partition.kind is column",
                path + "kind");
        if (byColumn) {
            found.rule(
                    plan.data().datasetId() != null,
                    path + "kind",
                    partition.kind(),
                    "iid, dirichlet or label_skew without data.dataset_id, or in real federations",
                    "data");
            found.rule(
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
        found.rule(
                fewest >= least,
                "aggregation.byzantine",
                aggregation.byzantine(),
                "so few that " + Members.lower(aggregation.strategy()) + " gets the " + least + " updates it needs; "
                        + member + " is " + fewest,
                "aggregation.strategy",
                "topology.clients",
                member);
        found.rule(
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
                found.rule(
                        strategy == Strategy.FEDAVG,
                        "aggregation.strategy",
                        strategy,
                        "none with engine fedpate, which aggregates votes",
                        "engine");
            }
            case FEDAVG, FLOWER ->
                found.rule(
                        mechanism == Mechanism.NONE || mechanism == Mechanism.GAUSSIAN,
                        "privacy.mechanism",
                        mechanism,
                        "none or gaussian with engine " + Members.lower(plan.engine())
                                + "; votes of engine fedpate take the others",
                        "engine");
            case FLARE ->
                found.rule(
                        mechanism == Mechanism.NONE,
                        "privacy.mechanism",
                        mechanism,
                        "none with engine flare, which has no noise that could be accounted for",
                        "engine");
        }
    }
}
