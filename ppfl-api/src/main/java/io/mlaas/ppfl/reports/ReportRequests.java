package io.mlaas.ppfl.reports;

import io.mlaas.kit.security.Caller;
import io.mlaas.ppfl.delivery.DeliveryTarget;
import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.FederationKind;
import io.mlaas.ppfl.federation.FederationPage;
import io.mlaas.ppfl.federation.FederationProblem;
import io.mlaas.ppfl.federation.FederationRequest;
import io.mlaas.ppfl.federation.FederationRequests;
import io.mlaas.ppfl.federation.FederationView;
import io.mlaas.ppfl.federation.Federations;
import io.mlaas.ppfl.federation.Violations;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What the reports' doors have in common: bodies in, the stored request with its id and how it goes out. */
@Component
class ReportRequests {
    private final FederationRequests requests;
    private final Federations federations;
    private final JsonMapper json;

    ReportRequests(FederationRequests requests, Federations federations, JsonMapper json) {
        this.requests = requests;
        this.federations = federations;
        this.json = json;
    }

    /**
     * @param plan what the fields come to
     * @param hostField what this door calls the host of the user's storage
     * @param object what the model is called there
     */
    ResponseEntity<JsonNode> take(
            HttpServletRequest request,
            BiFunction<Fields, JsonMapper, FederationRequest> plan,
            String hostField,
            String object,
            Caller caller) {
        Violations violations = new Violations();
        Fields fields = new Fields(Body.of(request, json), violations);
        FederationRequest wanted = plan.apply(fields, json);
        String host = fields.has(hostField) || !fields.has("domain_name") ? hostField : "domain_name";
        DeliveryTarget target = fields.delivery(host, object);
        fields.requireNoOther();
        Federation made = requests.accept(wanted, target, "$." + host, violations, caller);
        return ResponseEntity.created(URI.create(made.kind().path() + made.id()))
                .body(shown(requests.view(made)));
    }

    JsonNode read(FederationKind kind, UUID id, Caller caller) {
        return shown(requests.view(find(kind, id, caller)));
    }

    FederationPage<JsonNode> list(
            FederationKind kind, @Nullable String state, int limit, @Nullable String cursor, Caller caller) {
        FederationPage<FederationView> page =
                requests.list(FederationPage.Request.of(limit, cursor, kind, state, null), caller);
        return new FederationPage<>(page.items().stream().map(this::shown).toList(), page.nextCursor());
    }

    void cancel(FederationKind kind, UUID id, Caller caller) {
        requests.cancel(find(kind, id, caller));
    }

    private Federation find(FederationKind kind, UUID id, Caller caller) {
        Federation found = federations.find(id, caller);
        if (found.kind() != kind) {
            throw FederationProblem.FEDERATION_UNKNOWN.because("id: " + id);
        }
        return found;
    }

    /** The request's fields as they were given, its id before them and how it goes after them. */
    private JsonNode shown(FederationView view) {
        ObjectNode whole = (ObjectNode) json.valueToTree(view);
        ObjectNode flat = json.createObjectNode();
        flat.set("id", whole.path("id"));
        if (whole.path("request") instanceof ObjectNode request) {
            flat.setAll(request);
        }
        flat.set("status", whole.path("state"));
        for (String name : whole.propertyNames()) {
            if (!name.equals("request") && !name.equals("plan") && !name.equals("state") && !flat.has(name)) {
                flat.set(name, whole.path(name));
            }
        }
        return flat;
    }
}
