package io.mlaas.ppfl.reports;

import io.mlaas.kit.security.Caller;
import io.mlaas.ppfl.federation.FederationKind;
import io.mlaas.ppfl.federation.FederationPage;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

@RestController
@RequestMapping("/fp")
@Tag(name = "fp")
class FpController {
    private static final String MAY_SEE = "hasAnyRole('DATA_SCIENTIST', 'OPERATOR')";
    private static final String OBJECT = "best_student_model_test.pth";

    private final ReportRequests requests;

    FpController(ReportRequests requests) {
        this.requests = requests;
    }

    @PostMapping(
            consumes = {
                MediaType.APPLICATION_JSON_VALUE,
                MediaType.APPLICATION_FORM_URLENCODED_VALUE,
                MediaType.MULTIPART_FORM_DATA_VALUE
            })
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            operationId = "fpTrain",
            summary = "Train by FedPATE: teachers vote with noise, a student learns",
            description =
                    "As JSON or as a form. The answer is the request, without its keys, with its id; the model is copied"
                            + " to the bucket in the end.",
            requestBody =
                    @RequestBody(
                            required = true,
                            content = {
                                @Content(
                                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                                        schema = @Schema(implementation = FpForm.class)),
                                @Content(
                                        mediaType = MediaType.APPLICATION_FORM_URLENCODED_VALUE,
                                        schema = @Schema(implementation = FpForm.class)),
                                @Content(
                                        mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                                        schema = @Schema(implementation = FpForm.class))
                            }))
    @ApiResponse(responseCode = "201", content = @Content(schema = @Schema(type = "object")))
    ResponseEntity<JsonNode> train(HttpServletRequest request, @Parameter(hidden = true) Caller caller) {
        return requests.take(request, ReportPlans::fedPate, "domain_name", OBJECT, caller);
    }

    @GetMapping
    @PreAuthorize(MAY_SEE)
    @Operation(operationId = "fpList", summary = "The company's requests of this kind, newest first")
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(type = "object")))
    FederationPage<JsonNode> list(
            @RequestParam(name = "state", required = false) @Nullable String state,
            @RequestParam(name = "limit", defaultValue = "50") int limit,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            @Parameter(hidden = true) Caller caller) {
        return requests.list(FederationKind.FP, state, limit, cursor, caller);
    }

    @GetMapping("/{id}")
    @PreAuthorize(MAY_SEE)
    @Operation(
            operationId = "fpRead",
            summary = "A request and how it goes: status, rounds, metrics, the privacy spent, the model's id")
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(type = "object")))
    JsonNode read(@PathVariable("id") UUID id, @Parameter(hidden = true) Caller caller) {
        return requests.read(FederationKind.FP, id, caller);
    }

    @DeleteMapping("/{id}")
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(operationId = "fpCancel", summary = "Cancel it; cancelling again changes nothing")
    void cancel(@PathVariable("id") UUID id, @Parameter(hidden = true) Caller caller) {
        requests.cancel(FederationKind.FP, id, caller);
    }
}
