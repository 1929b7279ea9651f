package io.mlaas.ppfl.reports;

import io.mlaas.kit.security.Caller;
import io.mlaas.ppfl.federation.FederationKind;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

@RestController
@RequestMapping("/tff")
@Tag(name = "tff")
class TffController extends ReportController {
    private static final String OBJECT = "tfmodel";

    TffController(ReportRequests requests) {
        super(requests, FederationKind.TFF);
    }

    @PostMapping(
            consumes = {
                MediaType.APPLICATION_JSON_VALUE,
                MediaType.APPLICATION_FORM_URLENCODED_VALUE,
                MediaType.MULTIPART_FORM_DATA_VALUE
            })
    @PreAuthorize(MAY_ASK)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Train by federated averaging with clients that are simulated",
            description =
                    "As JSON or as a form. The answer is the request, without its keys, with its id; the model is copied"
                            + " to the bucket in the end.",
            requestBody =
                    @RequestBody(
                            required = true,
                            content = {
                                @Content(
                                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                                        schema = @Schema(implementation = TffForm.class)),
                                @Content(
                                        mediaType = MediaType.APPLICATION_FORM_URLENCODED_VALUE,
                                        schema = @Schema(implementation = TffForm.class)),
                                @Content(
                                        mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                                        schema = @Schema(implementation = TffForm.class))
                            }))
    @ApiResponse(responseCode = "201", content = @Content(schema = @Schema(type = "object")))
    ResponseEntity<JsonNode> train(HttpServletRequest request, @Parameter(hidden = true) Caller caller) {
        return requests.take(request, ReportPlans::tensorFlowFederated, "minio_repo", OBJECT, caller);
    }
}
