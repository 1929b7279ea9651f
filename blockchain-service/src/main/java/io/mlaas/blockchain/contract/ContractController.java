package io.mlaas.blockchain.contract;

import io.mlaas.api.blockchain.BatchOutcome;
import io.mlaas.api.blockchain.ContractBatch;
import io.mlaas.api.blockchain.ContractMetadata;
import io.mlaas.api.blockchain.ContractRequest;
import io.mlaas.api.blockchain.DeployedContract;
import io.mlaas.api.blockchain.VerifyRequest;
import io.mlaas.kit.audit.Audit;
import io.mlaas.kit.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.util.UUID;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/contract")
@Tag(name = "contracts")
class ContractController {
    private final Contracts contracts;
    private final Batches batches;

    ContractController(Contracts contracts, Batches batches) {
        this.contracts = contracts;
        this.batches = batches;
    }

    @Operation(
            summary = "Deploy the contract of a dataset or a model",
            description =
                    "Repeating a request answers the same contract; other contents for the same asset are refused.")
    @PostMapping
    @PreAuthorize("hasRole('SERVICE')")
    DeployedContract deploy(@Valid @RequestBody ContractRequest request, Caller caller) {
        Audit.about(request.assetId());
        return contracts.deploy(request, caller);
    }

    @Operation(
            summary = "Deploy the contracts of many assets",
            description = "With a transaction per company for many of them. Each asset has its own outcome, as POST"
                    + " /contract would answer it; repeating a request changes nothing.")
    @PostMapping("/batch")
    @PreAuthorize("hasRole('SERVICE')")
    BatchOutcome deployAll(@Valid @RequestBody ContractBatch batch, Caller caller) {
        return batches.deploy(batch, caller);
    }

    @Operation(summary = "What the chain says at an address")
    @GetMapping("/{address:(?!batch$).+}")
    @PreAuthorize("hasAnyRole('SERVICE', 'OPERATOR', 'ADMIN')")
    ContractMetadata read(@PathVariable("address") String address, Caller caller) {
        return contracts.at(address, caller);
    }

    @Operation(summary = "What the chain says of an asset")
    @GetMapping
    @PreAuthorize("hasAnyRole('SERVICE', 'OPERATOR', 'ADMIN')")
    ContractMetadata find(@RequestParam("asset_id") UUID assetId, Caller caller) {
        return contracts.of(assetId, caller);
    }

    @Operation(
            summary = "Record the digest of a model's result",
            description = "Succeeds once. The same request (by its request_id) answers as the first time; any other is"
                    + " refused once there is a result.")
    @PostMapping("/{address}/verify")
    @PreAuthorize("hasRole('SERVICE')")
    DeployedContract verify(
            @PathVariable("address") String address, @Valid @RequestBody VerifyRequest request, Caller caller) {
        return contracts.verify(address, request, caller);
    }
}
