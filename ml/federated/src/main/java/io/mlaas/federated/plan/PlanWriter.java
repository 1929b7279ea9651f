package io.mlaas.federated.plan;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes a plan in one order of members, with everything that has a value. */
final class PlanWriter {
    private PlanWriter() {}

    static ObjectNode write(Plan plan) {
        ObjectNode root = object();
        root.put("name", plan.name());
        root.put("engine", Members.lower(plan.engine()));
        root.set("topology", topology(plan.topology()));
        root.set("training", training(plan.training()));
        AggregationPlan aggregation = plan.aggregation();
        root.set(
                "aggregation",
                object().put("strategy", Members.lower(aggregation.strategy()))
                        .put("byzantine", aggregation.byzantine())
                        .put("trim", aggregation.trim())
                        .put("server_learning_rate", aggregation.serverLearningRate()));
        root.set("privacy", privacy(plan.privacy()));
        ModelPlan model = plan.model();
        ObjectNode named = object();
        put(named, "net_name", model.netName());
        root.set("model", named.set("network", model.network()));
        ObjectNode data = object();
        put(data, "dataset_id", plan.data().datasetId());
        root.set(
                "data",
                data.put("test", plan.data().test()).put("public", plan.data().publicShare()));
        put(root, "seed", plan.seed());
        return root;
    }

    private static ObjectNode topology(TopologyPlan topology) {
        TopologyPlan.Partition partition = topology.partition();
        ObjectNode split = object().put("kind", Members.lower(partition.kind()))
                .put("alpha", partition.alpha())
                .put("imbalance", partition.imbalance());
        put(split, "target_label", partition.targetLabel());
        put(split, "samples_per_client", partition.samplesPerClient());
        put(split, "column", partition.column());
        return object().put("mode", Members.lower(topology.mode()))
                .put("clients", topology.clients())
                .put("clients_per_round", topology.clientsPerRound())
                .put("rounds", topology.rounds())
                .put("quorum", topology.quorum())
                .put("round_timeout_seconds", topology.roundTimeoutSeconds())
                .set("partition", split);
    }

    private static ObjectNode training(TrainingPlan training) {
        return object().put("local_epochs", training.localEpochs())
                .put("batch", training.batch())
                .put("learning_rate", training.learningRate())
                .put("optimizer", Members.lower(training.optimizer()))
                .put("proximal_mu", training.proximalMu())
                .put("student_epochs", training.studentEpochs())
                .put("teacher_epochs", training.teacherEpochs())
                .put("central_comparison", training.centralComparison());
    }

    private static ObjectNode privacy(PrivacyPlan privacy) {
        ObjectNode json = object().put("mechanism", Members.lower(privacy.mechanism()));
        put(json, "target_epsilon", privacy.targetEpsilon());
        put(json, "epsilon", privacy.epsilon());
        put(json, "sigma", privacy.sigma());
        put(json, "threshold", privacy.threshold());
        put(json, "threshold_sigma", privacy.thresholdSigma());
        json.put("delta", privacy.delta());
        put(json, "noise_multiplier", privacy.noiseMultiplier());
        put(json, "queries", privacy.queries());
        PrivacyPlan.Clipping clipping = privacy.clipping();
        if (clipping != null) {
            json.set(
                    "clipping",
                    object().put("kind", Members.lower(clipping.kind()))
                            .put("norm", clipping.norm())
                            .put("quantile", clipping.quantile())
                            .put("learning_rate", clipping.learningRate()));
        }
        json.put("accept_weak_privacy", privacy.acceptWeakPrivacy());
        json.put("membership_inference", privacy.membershipInference());
        json.put("publish_data_dependent", privacy.publishDataDependent());
        PrivacyPlan.SecureAggregation secure = privacy.secureAggregation();
        if (secure != null) {
            json.set("secure_aggregation", object().put("threshold", secure.threshold()));
        }
        json.put("homomorphic_encryption", privacy.homomorphicEncryption());
        ArrayNode filters = JsonNodeFactory.instance.arrayNode();
        privacy.filters().forEach(filter -> filters.add(filter(filter)));
        return json.set("filters", filters);
    }

    private static ObjectNode filter(FilterPlan filter) {
        ObjectNode json = object().put("kind", filter.kind());
        switch (filter) {
            case FilterPlan.Percentile(double percentile, double gamma) ->
                json.put("percentile", percentile).put("gamma", gamma);
            case FilterPlan.SparseVector f ->
                numbers(
                        json,
                        Map.entry("fraction", f.fraction()),
                        Map.entry("epsilon", f.epsilon()),
                        Map.entry("noise_var", f.noiseVar()),
                        Map.entry("gamma", f.gamma()),
                        Map.entry("tau", f.tau()));
            case FilterPlan.Exclude(var variables) -> {
                ArrayNode names = json.putArray("variables");
                variables.forEach(names::add);
            }
            case FilterPlan.Gaussian(double norm, double multiplier) ->
                json.put("norm", norm).put("noise_multiplier", multiplier);
        }
        return json;
    }

    @SafeVarargs
    private static void numbers(ObjectNode json, Map.Entry<String, Double>... numbers) {
        for (Map.Entry<String, Double> number : numbers) {
            json.put(number.getKey(), number.getValue());
        }
    }

    private static void put(ObjectNode json, String name, @Nullable Object value) {
        switch (value) {
            case null -> {}
            case Double number -> json.put(name, number);
            case Integer number -> json.put(name, number);
            case Long number -> json.put(name, number);
            default -> json.put(name, value.toString());
        }
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
