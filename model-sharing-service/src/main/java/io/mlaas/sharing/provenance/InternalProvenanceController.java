package io.mlaas.sharing.provenance;

import io.mlaas.api.sharing.ReproductionVerdict;
import io.mlaas.api.sharing.TrainingRecord;
import io.mlaas.kit.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What training-service tells; the gateway does not route here. */
@RestController
@Tag(name = "Internal")
class InternalProvenanceController {
    private final TrainingRecords records;
    private final Reproductions reproductions;

    InternalProvenanceController(TrainingRecords records, Reproductions reproductions) {
        this.records = records;
        this.reproductions = reproductions;
    }

    @PutMapping("/internal/model/{model_id}/training-record")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @PreAuthorize("hasRole('SERVICE')")
    @Operation(
            operationId = "recordTraining",
            summary = "Tell how the run went that made a model's result",
            description =
                    "Taken once, if the registry and the chain say the same of everything that they know; the same"
                            + " record may come again. The signed statement of the model is made of it.")
    void record(@PathVariable("model_id") UUID id, @RequestBody TrainingRecord record, Caller caller) {
        records.take(id, record, caller);
    }

    @PutMapping("/internal/model/{model_id}/reproductions/{reproduction_id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @PreAuthorize("hasRole('SERVICE')")
    @Operation(
            operationId = "recordReproduction",
            summary = "Tell what came of training a model again",
            description = "Taken once; the same verdict may come again. It is signed and anchored.")
    void reproduction(
            @PathVariable("model_id") UUID id,
            @PathVariable("reproduction_id") UUID reproductionId,
            @RequestBody ReproductionVerdict verdict,
            Caller caller) {
        reproductions.take(id, reproductionId, verdict, caller);
    }
}
