package io.mlaas.ppfl.federation;

import io.mlaas.kit.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

@RestController
@RequestMapping("/federations")
@Tag(name = "federations")
class FederationController {
    private static final String MAY_SEE = "hasAnyRole('DATA_SCIENTIST', 'OPERATOR')";
    private static final String EXAMPLE = """
            {"name": "digits-fed", "engine": "fedavg",
             "topology": {"mode": "simulation", "clients": 10, "rounds": 20, "partition": {"kind": "dirichlet", "alpha": 0.5}},
             "training": {"local_epochs": 1, "batch": 32, "learning_rate": 0.05},
             "aggregation": {"strategy": "fedavg"},
             "privacy": {"mechanism": "gaussian", "target_epsilon": 8, "delta": 1e-5},
             "model": {"net_name": "digits-mlp"}, "seed": 7}
            """;

    private final FederationRequests requests;
    private final Federations federations;

    FederationController(FederationRequests requests, Federations federations) {
        this.requests = requests;
        this.federations = federations;
    }

    @PostMapping
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Have a model trained where the data is",
            description =
                    "The whole request is looked at before anything is stored; everything that is wrong is named by its"
                            + " JSON path. docs/federated.md describes the plan; \"delivery\" beside it names a bucket that the model is copied to.")
    ResponseEntity<FederationView> federate(
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content = @Content(schema = @Schema(type = "object"), examples = @ExampleObject(EXAMPLE)))
                    @RequestBody
                    JsonNode json,
            @Parameter(hidden = true) Caller caller) {
        Federation federation = requests.accept(json, caller);
        return ResponseEntity.created(URI.create("/federations/" + federation.id()))
                .body(requests.view(federation));
    }

    @GetMapping
    @PreAuthorize(MAY_SEE)
    @Operation(summary = "The company's federations, whichever door they came by, newest first")
    FederationPage<FederationView> federations(
            @RequestParam(name = "kind", required = false) @Nullable String kind,
            @RequestParam(name = "state", required = false) @Nullable String state,
            @RequestParam(name = "engine", required = false) @Nullable String engine,
            @RequestParam(name = "limit", defaultValue = "50") int limit,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            @Parameter(hidden = true) Caller caller) {
        FederationKind wanted = FederationPage.Request.one("kind", kind, FederationKind.values());
        return requests.list(FederationPage.Request.of(limit, cursor, wanted, state, engine), caller);
    }

    @GetMapping("/{id}")
    @PreAuthorize(MAY_SEE)
    @Operation(summary = "A federation: state, rounds, clients, metrics, the privacy spent, and its model's id")
    FederationView federation(@PathVariable("id") UUID id, @Parameter(hidden = true) Caller caller) {
        return requests.view(federations.find(id, caller));
    }

    @DeleteMapping("/{id}")
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            summary = "Cancel a federation",
            description =
                    "What was begun ends soon after; its record and what it spent of privacy stay. Cancelling again"
                            + " changes nothing.")
    void cancelFederation(@PathVariable("id") UUID id, @Parameter(hidden = true) Caller caller) {
        requests.cancel(federations.find(id, caller));
    }
}
