package io.mlaas.learning.learner;

import io.mlaas.api.learning.LearningApi;
import io.mlaas.kit.audit.Audit;
import io.mlaas.kit.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What other services have learners do; the gateway does not route here. */
@RestController
@Tag(name = "Internal")
class InternalLearnerController {
    private final Learners learners;
    private final LimitedBody bodies;

    InternalLearnerController(Learners learners, LimitedBody bodies) {
        this.learners = learners;
        this.bodies = bodies;
    }

    @PostMapping(path = "/internal/learners/{name}/update", consumes = MediaType.APPLICATION_JSON_VALUE)
    @PreAuthorize("hasRole('SERVICE')")
    @Operation(
            summary = "Have a company's learner learn rows once, however often they are sent",
            description =
                    "As POST /learners/{name}/update; rows that come again under the same id are not learned again.")
    @io.swagger.v3.oas.annotations.parameters.RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = LearningApi.RowsToLearn.class)))
    ResponseEntity<RowsController.Update> updateForCompany(
            @PathVariable("name") String name,
            @RequestParam("id") UUID id,
            @RequestParam(name = "organization_id", required = false) @Nullable UUID organizationId,
            HttpServletRequest request,
            Caller caller)
            throws IOException {
        StoredLearner learner = learners.find(name, of(caller, organizationId));
        Audit.about(learner.id());
        var body = bodies.readJson(request);
        return RowsController.answer(body.path("instances").size(), learners.update(learner, body, id));
    }

    /** Who acts for nobody in particular names the company. */
    private static Caller of(Caller caller, @Nullable UUID organizationId) {
        return organizationId == null || !caller.isPlatform()
                ? caller
                : new Caller(caller.subject(), caller.name(), organizationId, Set.of(Caller.SERVICE));
    }
}
