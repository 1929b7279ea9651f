package io.mlaas.sharing.registry;

import io.mlaas.api.sharing.DatasetStatus;
import io.mlaas.api.sharing.ModelStatus;
import io.mlaas.kit.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.UUID;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Integrity")
class ReleaseController {
    private final Access access;
    private final Release release;

    ReleaseController(Access access, Release release) {
        this.access = access;
        this.release = release;
    }

    @PostMapping("/dataset/{dataset_id}/release")
    @PreAuthorize("hasRole('OPERATOR')")
    @Operation(
            operationId = "releaseDataset",
            summary = "Verify a quarantined dataset again, to the last byte, and release it if it is good")
    DatasetStatus dataset(@PathVariable("dataset_id") UUID id, Caller caller) {
        return release.dataset(access.ownDataset(id, caller), caller).toApi();
    }

    @PostMapping("/model/{model_id}/release")
    @PreAuthorize("hasRole('OPERATOR')")
    @Operation(
            operationId = "releaseModel",
            summary = "Verify a quarantined model again, to the last byte, and release it if it is good")
    ModelStatus model(@PathVariable("model_id") UUID id, Caller caller) {
        return release.model(access.ownModel(id, caller), caller).toApi();
    }
}
