package io.mlaas.sharing.registry;

import io.mlaas.kit.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
class DeletionController {
    private final Deletion deletion;

    DeletionController(Deletion deletion) {
        this.deletion = deletion;
    }

    @DeleteMapping("/dataset/{dataset_id}")
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Tag(name = "Datasets")
    @Operation(
            operationId = "deleteDataset",
            summary = "Delete a dataset that nothing depends on; the chain keeps its record")
    void dataset(@PathVariable("dataset_id") UUID id, Caller caller) {
        deletion.dataset(id, caller);
    }

    @DeleteMapping("/model/{model_id}")
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Tag(name = "Models")
    @Operation(
            operationId = "deleteModel",
            summary = "Delete a model that nothing depends on; the chain keeps its record")
    void model(@PathVariable("model_id") UUID id, Caller caller) {
        deletion.model(id, caller);
    }
}
