package io.mlaas.api.blockchain;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/** Asks for the contracts of many assets. One that refers to another of the batch comes after it. */
public record ContractBatch(
        @NotEmpty @Size(max = ContractBatch.MOST) List<@NotNull @Valid ContractRequest> contracts) {

    /** How many assets a batch may have. */
    public static final int MOST = 200;

    public ContractBatch {
        contracts = contracts == null ? List.of() : List.copyOf(contracts);
    }
}
