package io.mlaas.ppfl.reports;

import io.mlaas.ppfl.federation.FederationKind;
import io.mlaas.ppfl.federation.FederationRequest;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What one of the reports' fields comes to: a plan with what is given, and where each of its members came from. */
final class Door {
    /** The one of the catalogue that trains in seconds and learns the digits. */
    static final String USUAL_NETWORK = "digits-mlp";

    static final int MOST = 1_000_000;

    private final ObjectNode plan = JsonNodeFactory.instance.objectNode();
    private final Map<String, String> names = new HashMap<>();

    ObjectNode part(String name) {
        return plan.withObjectProperty(name);
    }

    ObjectNode plan() {
        return plan;
    }

    /** A member of the plan, unless nothing is given for it, and the field that it comes from. */
    void set(String part, String member, @Nullable Number value, String field) {
        names.put(part + "." + member, "$." + field);
        switch (value) {
            case null -> {
                // the plan's own default holds
            }
            case Integer whole -> part(part).put(member, whole);
            case Number number -> part(part).put(member, number.doubleValue());
        }
    }

    void named(String path, String field) {
        names.put(path, "$." + field);
    }

    /** What all of them take beside their own: the model, the data and the seed. */
    void common(Fields fields, JsonMapper json, @Nullable String netName, boolean simulated) {
        JsonNode network = fields.object("network", json);
        if (network != null) {
            part("model").set("network", network);
        } else {
            part("model").put("net_name", netName == null ? USUAL_NETWORK : netName);
        }
        named("model.net_name", "net_name");
        if (simulated) {
            data(fields);
        }
        Long seed = fields.seed("seed");
        if (seed != null) {
            plan.put("seed", (long) seed);
        }
    }

    /** Of real clients, each has its own. */
    private void data(Fields fields) {
        String dataset = fields.text("dataset_id", false);
        if (dataset != null) {
            part("data").put("dataset_id", dataset);
        }
        named("data.dataset_id", "dataset_id");
        set("privacy", "delta", fields.above("delta", 0, false), "delta");
        part("privacy").put("accept_weak_privacy", fields.flag("accept_weak_privacy"));
    }

    FederationRequest request(FederationKind kind, Fields fields, String privacyField) {
        names.put("privacy", "$." + privacyField);
        return new FederationRequest(
                kind,
                plan,
                fields.shown(),
                path -> names.getOrDefault(
                        path, path.startsWith("model.network") ? "$." + path.substring(6) : "$." + path));
    }
}
