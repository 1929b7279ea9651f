package io.mlaas.training.reproduction;

import io.mlaas.kit.security.Caller;
import io.mlaas.training.job.Trials;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.List;
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
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "reproduction")
class ReproductionController {
    private static final String MAY_SEE = "hasAnyRole('DATA_SCIENTIST', 'OPERATOR')";
    private static final int MOST = 100;

    private final Admission admission;
    private final ReproductionRepository repository;
    private final Trials trials;
    private final ReproductionWork work;

    ReproductionController(
            Admission admission, ReproductionRepository repository, Trials trials, ReproductionWork work) {
        this.admission = admission;
        this.repository = repository;
        this.trials = trials;
        this.work = work;
    }

    @PostMapping("/model/{model_id}/reproduce")
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            operationId = "reproduce",
            summary = "Train a model again, and compare what comes out with what was registered",
            description =
                    "From the same image, dataset and parameters, each checked by its digest, in a fresh directory."
                            + " The verdict is signed and anchored. For the model's owner, and companies that may use it.")
    ResponseEntity<Reproduction.View> reproduce(
            @PathVariable("model_id") UUID modelId,
            @RequestBody(required = false) @Nullable Request body,
            Caller caller) {
        Reproduction reproduction = admission.admit(modelId, Request.of(body), caller);
        if (!repository.insert(reproduction)) {
            throw ReproductionProblem.REPRODUCTION_UNDER_WAY.because(
                    "model_id: " + modelId + " is being trained again (expected: one reproduction at a time)");
        }
        work.wake();
        return ResponseEntity.accepted()
                .location(URI.create("/model/" + modelId + "/reproduce/" + reproduction.id()))
                .body(reproduction.toApi(null));
    }

    /** @param latest the first of all */
    record Reproductions(Reproduction.View latest, List<Reproduction.View> reproductions) {}

    @GetMapping("/model/{model_id}/reproduce")
    @PreAuthorize(MAY_SEE)
    @Operation(
            operationId = "reproductions",
            summary = "How often a model was trained again, and what came of it",
            description = "Those that the caller's company asked for; of its own models, all. The latest first.")
    Reproductions list(@PathVariable("model_id") UUID modelId, Caller caller) {
        List<Reproduction> found = repository.list(modelId, caller.organizationId(), MOST);
        if (found.isEmpty()) {
            throw unknown("model_id: " + modelId);
        }
        Reproduction latest = found.getFirst();
        return new Reproductions(
                latest.toApi(trials.of(latest.id())),
                found.stream().map(each -> each.toApi(null)).toList());
    }

    @GetMapping("/model/{model_id}/reproduce/{reproduction_id}")
    @PreAuthorize(MAY_SEE)
    @Operation(operationId = "reproduction", summary = "A reproduction: its state, its runs, its verdict")
    Reproduction.View get(
            @PathVariable("model_id") UUID modelId, @PathVariable("reproduction_id") UUID id, Caller caller) {
        Reproduction found = find(modelId, id, caller);
        return found.toApi(trials.of(id));
    }

    @DeleteMapping("/model/{model_id}/reproduce/{reproduction_id}")
    @PreAuthorize(MAY_SEE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            operationId = "cancelReproduction",
            summary = "Cancel a reproduction",
            description = "What runs is ended, and there is no verdict. Only the company that asked for it may.")
    Reproduction.View cancel(
            @PathVariable("model_id") UUID modelId, @PathVariable("reproduction_id") UUID id, Caller caller) {
        Reproduction found = find(modelId, id, caller);
        if (!found.organizationId().equals(caller.organizationId())) {
            throw unknown("reproduction_id: " + id + " was asked for by another company");
        }
        if (!repository.cancel(id, caller.name())) {
            throw ReproductionProblem.REPRODUCTION_OVER.because("reproduction_id: " + id + " is "
                    + find(modelId, id, caller).state());
        }
        work.wake();
        return find(modelId, id, caller).toApi(trials.of(id));
    }

    private Reproduction find(UUID modelId, UUID id, Caller caller) {
        return repository
                .find(modelId, id, caller.organizationId())
                .orElseThrow(() -> unknown("reproduction_id: " + id + " of model " + modelId));
    }

    private static RuntimeException unknown(String what) {
        return ReproductionProblem.REPRODUCTION_UNKNOWN.because(what);
    }
}
