package io.mlaas.ppfl.reports;

import io.mlaas.federated.plan.Catalogue;
import io.mlaas.ppfl.federation.FederationKind;
import io.mlaas.ppfl.federation.FederationRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The plans that the reports' fields come to. What is wrong is noted with the fields. */
final class ReportPlans {
    private static final int USUAL_ROUNDS = 20;
    private static final double USUAL_LEARNING_RATE = 0.001;

    private ReportPlans() {}

    /** FedPATE, simulated. The report's ε is the inverse of the noise's scale, the plan's that of one query, twice as much. */
    static FederationRequest fedPate(Fields fields, JsonMapper json) {
        Door door = new Door();
        String netName = fields.text("net_name", !fields.has("network"));
        door.plan().put("name", name("fp", netName, "network"));
        door.plan().put("engine", "fedpate");
        door.part("topology").put("mode", "simulation");
        door.set("topology", "rounds", fields.count("num_rounds", 1, Door.MOST, true), "num_rounds");
        door.set("topology", "clients", fields.count("num_teachers", 1, Door.MOST, true), "num_teachers");
        door.set("training", "teacher_epochs", fields.count("teacher_epochs", 1, Door.MOST, true), "teacher_epochs");
        door.set("training", "student_epochs", fields.count("student_epochs", 1, Door.MOST, true), "student_epochs");
        door.set("training", "batch", fields.count("batch_size", 1, Door.MOST, true), "batch_size");
        Double rate = fields.above("learning_rate", 0, false);
        door.set("training", "learning_rate", rate == null ? USUAL_LEARNING_RATE : rate, "learning_rate");
        noise(door, fields);
        queries(door, fields);
        door.common(fields, json, netName, true);
        return door.request(FederationKind.FP, fields, "epsilon");
    }

    /** Of a network that is not known, the plan's own rules tell. */
    private static String name(String door, @Nullable String netName, String usual) {
        return door + "-" + (netName != null && Catalogue.names().contains(netName) ? netName : usual);
    }

    private static void noise(Door door, Fields fields) {
        String noise = fields.text("noise", false);
        String kind = noise == null ? "laplacian" : noise;
        boolean laplacian = kind.equals("laplacian");
        boolean gaussian = kind.equals("gaussian");
        if (!laplacian && !gaussian) {
            fields.violations().add("$.noise", kind, "laplacian or gaussian");
        }
        // Clients send both, as the report's example does; the one that the noise has no use for is looked at all the
        // same.
        Double epsilon = fields.above("epsilon", 0, laplacian);
        Double sigma = fields.above("sigma", 0, gaussian);
        door.part("privacy").put("mechanism", gaussian ? "gaussian" : "laplacian");
        door.named("privacy.mechanism", "noise");
        door.set("privacy", "epsilon", laplacian && epsilon != null ? 2 * epsilon : null, "epsilon");
        door.set("privacy", "sigma", gaussian ? sigma : null, "sigma");
    }

    /** Every query that is answered is answered with noise; those beyond {@code noise_data} are not answered. */
    private static void queries(Door door, Fields fields) {
        Integer queries = fields.count("num_queries", 1, Door.MOST, true);
        Integer noisy = fields.count("noise_data", 1, Door.MOST, false);
        if (noisy != null && queries != null && noisy >= queries) {
            fields.violations().add("$.noise_data", noisy.toString(), "fewer than num_queries, which is " + queries);
        }
        door.set("privacy", "queries", noisy == null ? queries : noisy, noisy == null ? "num_queries" : "noise_data");
    }

    /** FedAvg, simulated, with labels that are unevenly spread and noise in proportion to {@code dp_parameter}. */
    static FederationRequest tensorFlowFederated(Fields fields, JsonMapper json) {
        Door door = new Door();
        String netName = fields.text("net_name", false);
        door.plan().put("name", name("tff", netName, Door.USUAL_NETWORK));
        door.plan().put("engine", "fedavg");
        door.part("topology").put("mode", "simulation");
        String clients = fields.has("num_clients") && !fields.has("n_clients") ? "num_clients" : "n_clients";
        Integer number = fields.count(clients, 1, Door.MOST, true);
        Integer other = clients.equals("n_clients") ? fields.count("num_clients", 1, Door.MOST, false) : null;
        if (number != null && other != null && !number.equals(other)) {
            fields.violations().add("$.num_clients", other.toString(), "the same as n_clients, or absent");
        }
        door.set("topology", "clients", number, clients);
        Integer rounds = fields.count("num_rounds", 1, Door.MOST, false);
        door.set("topology", "rounds", rounds == null ? USUAL_ROUNDS : rounds, "num_rounds");
        door.set("training", "local_epochs", fields.count("epochs", 1, Door.MOST, false), "epochs");
        door.set("training", "batch", fields.count("batch_size", 1, Door.MOST, false), "batch_size");
        door.set("training", "learning_rate", fields.above("learning_rate", 0, false), "learning_rate");
        skew(door, fields);
        Double noise = fields.within("dp_parameter", 0, 1000);
        boolean noisy = noise != null && noise > 0;
        door.part("privacy").put("mechanism", noisy ? "gaussian" : "none");
        door.set("privacy", "noise_multiplier", noisy ? noise : null, "dp_parameter");
        if (noisy) {
            door.part("privacy").withObjectProperty("clipping").put("kind", "fixed");
        }
        door.common(fields, json, netName, true);
        return door.request(FederationKind.TFF, fields, "dp_parameter");
    }

    private static void skew(Door door, Fields fields) {
        String name = fields.has("Imb_parameter") && !fields.has("imb_parameter") ? "Imb_parameter" : "imb_parameter";
        Double imbalance = fields.within(name, 0, 1);
        var partition = door.part("topology").withObjectProperty("partition");
        partition.put("kind", imbalance == null || imbalance == 0 ? "iid" : "label_skew");
        door.named("topology.partition.imbalance", name);
        if (imbalance != null) {
            partition.put("imbalance", imbalance);
        }
        String label = fields.text("target_label", false);
        if (label != null) {
            partition.put("target_label", label);
        }
        Integer samples = fields.count("n_samples", 1, Integer.MAX_VALUE, false);
        if (samples != null) {
            partition.put("samples_per_client", samples);
        }
        door.named("topology.partition.target_label", "target_label");
        door.named("topology.partition.samples_per_client", "n_samples");
    }

    /** FedAvg with clients that join from their owners' premises. */
    static FederationRequest flare(Fields fields, JsonMapper json) {
        Door door = new Door();
        String netName = fields.text("net_name", false);
        door.plan().put("name", name("nv", netName, Door.USUAL_NETWORK));
        door.plan().put("engine", "fedavg");
        door.part("topology").put("mode", "real");
        door.set("topology", "clients", fields.count("num_clients", 1, Door.MOST, true), "num_clients");
        door.set("topology", "rounds", fields.count("num_rounds", 1, Door.MOST, true), "num_rounds");
        door.set("training", "local_epochs", fields.count("epochs", 1, Door.MOST, true), "epochs");
        door.set("training", "batch", fields.count("batch_size", 1, Door.MOST, true), "batch_size");
        door.set("training", "learning_rate", fields.above("learning_rate", 0, false), "learning_rate");
        door.common(fields, json, netName, false);
        return door.request(FederationKind.NV, fields, "epochs");
    }
}
