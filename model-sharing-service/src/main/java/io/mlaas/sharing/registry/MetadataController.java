package io.mlaas.sharing.registry;

import io.mlaas.api.blockchain.ContractMetadata;
import io.mlaas.kit.problem.ProblemException;
import io.mlaas.kit.security.Caller;
import io.mlaas.sharing.anchoring.Chain;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.UUID;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Metadata")
class MetadataController {
    private final Access access;
    private final Chain chain;

    MetadataController(Access access, Chain chain) {
        this.access = access;
        this.chain = chain;
    }

    @GetMapping("/metadata/{asset_id}")
    @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'OPERATOR')")
    @Operation(operationId = "assetMetadata", summary = "What the chain says of a model or a dataset")
    ContractMetadata metadata(@PathVariable("asset_id") UUID id, Caller caller) {
        return chain.read(id, address(id, caller));
    }

    private String address(UUID id, Caller caller) {
        return access.findModel(id, caller)
                .map(Model::anchoredAt)
                .or(() -> access.findDataset(id, caller).map(Dataset::anchoredAt))
                .orElseThrow(() -> unknown(id));
    }

    private static ProblemException unknown(UUID id) {
        return RegistryProblem.UNKNOWN_ASSET.because("asset_id: " + id);
    }
}
