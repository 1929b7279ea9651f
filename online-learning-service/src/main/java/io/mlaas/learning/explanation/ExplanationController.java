package io.mlaas.learning.explanation;

import io.mlaas.kit.audit.ChangesNothing;
import io.mlaas.kit.security.Caller;
import io.mlaas.learning.learner.BodyOfInstances;
import io.mlaas.learning.learner.Learners;
import io.mlaas.learning.learner.LimitedBody;
import io.mlaas.online.ConfigurationRefused;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springframework.http.MediaType;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Explanations, at the platform's own path and at that of KServe's protocol. */
@RestController
@Tag(name = "predictions")
class ExplanationController {
    private static final String MAY_ASK = "hasAnyRole('DATA_SCIENTIST', 'DEVICE')";

    private final Learners learners;
    private final LimitedBody bodies;
    private final Explainers explainers;

    ExplanationController(Learners learners, LimitedBody bodies, Explainers explainers) {
        this.learners = learners;
        this.bodies = bodies;
        this.explainers = explainers;
    }

    @ChangesNothing
    @PostMapping(path = "/learners/{name}/explain", consumes = MediaType.APPLICATION_JSON_VALUE)
    @PreAuthorize(MAY_ASK)
    @Operation(
            summary = "Ask a learner why it answers so",
            description =
                    "What each input contributes to the difference between the answer to an instance and that to a"
                            + " reference. \"method\" (deep_lift, deep_lift_reveal_cancel, integrated_gradients with"
                            + " \"steps\"), \"reference\" (zeros, mean, or instances) and \"target\" (all, largest, or"
                            + " an output) stand for those of the learner's explainer. An empty list of instances"
                            + " stands for the latest that was predicted.")
    @BodyOfInstances
    Explanations explain(@PathVariable("name") String name, HttpServletRequest request, Caller caller)
            throws IOException {
        try {
            return explainers.explain(learners.explainable(name, bodies.readJson(request), caller));
        } catch (ConfigurationRefused refused) {
            throw ExplanationProblem.EXPLANATION_REFUSED.because(String.valueOf(refused.getMessage()));
        }
    }

    @ChangesNothing
    @PostMapping(path = "/v1/models/{name}:explain", consumes = MediaType.APPLICATION_JSON_VALUE)
    @PreAuthorize(MAY_ASK)
    @Operation(summary = "Ask a learner why it answers so (KServe, version 1)")
    @BodyOfInstances
    Explanations kServeExplain(@PathVariable("name") String name, HttpServletRequest request, Caller caller)
            throws IOException {
        return explain(name, request, caller);
    }
}
