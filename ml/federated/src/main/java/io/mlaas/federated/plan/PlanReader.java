package io.mlaas.federated.plan;

import io.mlaas.federated.plan.AggregationPlan.Strategy;
import io.mlaas.federated.plan.Plan.Engine;
import io.mlaas.federated.plan.PrivacyPlan.Mechanism;
import io.mlaas.federated.plan.TopologyPlan.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** Reads a plan member by member, fills in defaults, then asks {@link PlanRules} whether the parts fit together. */
final class PlanReader {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");
    private static final int MOST_CLIENTS = 100_000;
    private static final int MOST_ROUNDS = 100_000;
    private static final int MOST_EPOCHS = 10_000;

    private final List<Violation> violations = new ArrayList<>();

    private PlanReader() {}

    static Plan read(String json) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JacksonException e) {
            throw new InvalidPlanException(
                    List.of(new Violation("", "not valid JSON: " + e.getOriginalMessage(), "an object")));
        }
        return read(root);
    }

    static Plan read(JsonNode root) {
        PlanReader reader = new PlanReader();
        Plan plan = reader.plan(root);
        new PlanRules(plan, reader.violations).check();
        if (!reader.violations.isEmpty()) {
            throw new InvalidPlanException(reader.violations);
        }
        return plan;
    }

    private Plan plan(JsonNode root) {
        Members members = Members.of("", root, violations);
        String name = members.text("name", "federation");
        if (name != null && !NAME.matcher(name).matches()) {
            members.wrong(
                    "name",
                    JsonNodeFactory.instance.stringNode(name.length() > 200 ? name.substring(0, 200) + "…" : name),
                    "a-z, 0-9, '.', '_' and '-', at most 100, a letter or digit first: the model is called so");
        }
        Engine engine = members.choice("engine", Engine.FEDAVG);
        TopologyPlan topology = topology(members.object("topology"));
        AggregationPlan aggregation = aggregation(members.object("aggregation"));
        TrainingPlan training = training(members.object("training"), engine, aggregation.strategy());
        PrivacyPlan privacy = privacy(members.object("privacy"), engine, topology);
        DataPlan data = data(members.object("data"), engine);
        ModelPlan model = model(members.object("model"), data);
        Long seed = members.longInteger("seed");
        if (seed == null && !privacy.drawsNoise() && topology.mode() == Mode.SIMULATION) {
            seed = 0L;
        }
        members.done();
        return new Plan(
                name == null ? "federation" : name,
                engine,
                topology,
                training,
                aggregation,
                privacy,
                model,
                data,
                seed);
    }

    private static TopologyPlan topology(Members members) {
        Mode mode = members.choice("mode", Mode.SIMULATION);
        int clients = members.integer("clients", 10, 1, MOST_CLIENTS);
        int perRound = members.integer("clients_per_round", clients, 1, MOST_CLIENTS);
        int rounds = members.integer("rounds", 10, 1, MOST_ROUNDS);
        int quorum = members.integer("quorum", Math.ceilDiv(4 * perRound, 5), 1, MOST_CLIENTS);
        int timeout = members.integer("round_timeout_seconds", 600, 1, 7 * 24 * 3600);
        Members split = members.object("partition");
        TopologyPlan.Partition partition = new TopologyPlan.Partition(
                split.choice("kind", TopologyPlan.Partition.Kind.IID),
                split.positive("alpha", 0.5),
                split.number("imbalance", 0, x -> x >= 0 && x <= 1, "from 0 to 1"),
                split.text("target_label", null),
                split.integer("samples_per_client", 1, Integer.MAX_VALUE),
                split.text("column", null));
        split.done();
        members.done();
        return new TopologyPlan(mode, clients, perRound, rounds, quorum, timeout, partition);
    }

    private static TrainingPlan training(Members members, Engine engine, Strategy strategy) {
        boolean pate = engine == Engine.FEDPATE;
        TrainingPlan training = new TrainingPlan(
                members.integer("local_epochs", 1, 1, MOST_EPOCHS),
                members.integer("batch", 32, 1, 1 << 20),
                members.positive("learning_rate", pate ? 0.001 : 0.05),
                members.choice("optimizer", pate ? TrainingPlan.Optimizer.ADAM : TrainingPlan.Optimizer.SGD),
                members.number("proximal_mu", strategy == Strategy.FEDPROX ? 0.01 : 0, x -> x >= 0, ">= 0"),
                members.integer("student_epochs", 20, 1, MOST_EPOCHS),
                members.integer("teacher_epochs", 20, 1, MOST_EPOCHS),
                members.flag("central_comparison", false));
        members.done();
        return training;
    }

    private static AggregationPlan aggregation(Members members) {
        Strategy strategy = members.choice("strategy", Strategy.FEDAVG);
        boolean adaptive = strategy == Strategy.FEDADAM || strategy == Strategy.FEDYOGI;
        boolean counting = strategy == Strategy.KRUM || strategy == Strategy.MULTI_KRUM || strategy == Strategy.BULYAN;
        AggregationPlan aggregation = new AggregationPlan(
                strategy,
                members.integer("byzantine", counting ? 1 : 0, 0, MOST_CLIENTS),
                members.number("trim", 0.1, x -> x >= 0 && x < 0.5, "from 0 to less than 0.5"),
                members.positive("server_learning_rate", adaptive ? 0.01 : 1));
        members.done();
        return aggregation;
    }

    private PrivacyPlan privacy(Members members, Engine engine, TopologyPlan topology) {
        Mechanism mechanism = members.choice("mechanism", Mechanism.NONE);
        Integer queries = members.integer("queries", 1, 10_000_000);
        boolean clips = members.has("clipping") || (mechanism == Mechanism.GAUSSIAN && engine != Engine.FEDPATE);
        PrivacyPlan privacy = new PrivacyPlan(
                mechanism,
                members.positive("target_epsilon"),
                members.positive("epsilon"),
                members.positive("sigma"),
                members.positive("threshold"),
                members.positive("threshold_sigma"),
                members.number("delta", 1e-5, x -> x > 0 && x < 1, "greater than 0 and less than 1"),
                members.positive("noise_multiplier"),
                queries == null && engine == Engine.FEDPATE ? Integer.valueOf(100) : queries,
                clips ? clipping(members.object("clipping")) : null,
                members.flag("accept_weak_privacy", false),
                members.flag("membership_inference", false),
                members.flag("publish_data_dependent", false),
                members.has("secure_aggregation") ? secure(members.object("secure_aggregation"), topology) : null,
                members.flag("homomorphic_encryption", false),
                filters(members));
        members.done();
        return privacy;
    }

    private static PrivacyPlan.Clipping clipping(Members members) {
        PrivacyPlan.Clipping clipping = new PrivacyPlan.Clipping(
                members.choice("kind", PrivacyPlan.Clipping.Kind.FIXED),
                members.positive("norm", 0.1),
                members.number("quantile", 0.5, x -> x > 0 && x < 1, "greater than 0 and less than 1"),
                members.positive("learning_rate", 0.2));
        members.done();
        return clipping;
    }

    private static PrivacyPlan.SecureAggregation secure(Members members, TopologyPlan topology) {
        int majority = topology.clientsPerRound() / 2 + 1;
        int threshold = members.integer("threshold", majority, 2, MOST_CLIENTS);
        members.done();
        return new PrivacyPlan.SecureAggregation(threshold);
    }

    private List<FilterPlan> filters(Members members) {
        JsonNode list = members.raw("filters");
        if (list == null) {
            return List.of();
        }
        if (!list.isArray()) {
            members.wrong("filters", list, "a list of filters");
            return List.of();
        }
        List<FilterPlan> filters = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            FilterPlan filter = filter(Members.of(members.place("filters[" + i + "]"), list.get(i), violations));
            if (filter != null) {
                filters.add(filter);
            }
        }
        return List.copyOf(filters);
    }

    private @Nullable FilterPlan filter(Members members) {
        String kind = members.text("kind", "");
        FilterPlan filter =
                switch (kind == null ? "" : kind) {
                    case "percentile" ->
                        new FilterPlan.Percentile(
                                members.number("percentile", 10, x -> x >= 0 && x < 100, "from 0 to less than 100"),
                                members.positive("gamma", 0.01));
                    case "sparse_vector" ->
                        new FilterPlan.SparseVector(
                                members.number("fraction", 0.1, x -> x > 0 && x <= 1, "greater than 0 and at most 1"),
                                members.positive("epsilon", 0.1),
                                members.positive("noise_var", 0.1),
                                members.positive("gamma", 1e-5),
                                members.positive("tau", 1e-6));
                    case "exclude" -> new FilterPlan.Exclude(variables(members));
                    case "gaussian" ->
                        new FilterPlan.Gaussian(members.positive("norm", 0.1), members.positive("noise_multiplier", 1));
                    default -> null;
                };
        if (filter == null) {
            String expected = "one of percentile, sparse_vector, exclude, gaussian";
            JsonNode value = members.raw("kind");
            if (value == null) {
                members.missing("kind", expected);
            } else if (value.isString()) {
                members.wrong("kind", value, expected);
            }
            return null;
        }
        members.done();
        return filter;
    }

    private static List<String> variables(Members members) {
        String expected = "a list of at least one variable's name, or of a beginning followed by *";
        JsonNode list = members.raw("variables");
        if (list == null) {
            members.missing("variables", expected);
            return List.of();
        }
        List<String> names = new ArrayList<>();
        for (JsonNode name : list) {
            if (name.isString()) {
                names.add(name.stringValue());
            }
        }
        if (!list.isArray() || names.isEmpty() || names.size() < list.size()) {
            members.wrong("variables", list, expected);
        }
        return List.copyOf(names);
    }

    private static DataPlan data(Members members, Engine engine) {
        String id = members.text("dataset_id", null);
        if (id != null && !isUuid(id)) {
            members.wrong("dataset_id", JsonNodeFactory.instance.stringNode(id), "a UUID in lower case");
        }
        DataPlan data = new DataPlan(
                id,
                members.number("test", 0.2, x -> x > 0 && x < 1, "greater than 0 and less than 1"),
                members.number(
                        "public", engine == Engine.FEDPATE ? 0.2 : 0, x -> x >= 0 && x < 1, "from 0 to less than 1"));
        members.done();
        return data;
    }

    private static boolean isUuid(String id) {
        try {
            return UUID.fromString(id).toString().equals(id);
        } catch (IllegalArgumentException notAUuid) {
            return false;
        }
    }

    private static ModelPlan model(Members members, DataPlan data) {
        JsonNode network = members.raw("network");
        String name = members.text("net_name", null);
        if (network == null && !members.has("net_name")) {
            if (data.datasetId() == null) {
                name = Catalogue.names().getFirst();
            } else {
                members.missing("network", "a network description, or net_name");
            }
        }
        members.done();
        if (name == null) {
            return new ModelPlan(null, network == null ? JsonNodeFactory.instance.objectNode() : network);
        }
        JsonNode known = Catalogue.network(name).orElse(null);
        JsonNode given = JsonNodeFactory.instance.stringNode(name);
        if (known == null) {
            members.wrong("net_name", given, "one of " + String.join(", ", Catalogue.names()));
        } else if (network != null && !network.equals(known)) {
            members.wrong("net_name", given, "either net_name or another network");
        }
        return new ModelPlan(name, known == null ? JsonNodeFactory.instance.objectNode() : known);
    }
}
