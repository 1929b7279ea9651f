package io.mlaas.api.blockchain;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.UUID;

/**
 * Records a model's result.
 *
 * @param requestId names this request: repeating it (after a crash, say) answers as the first time, while any other
 *     request for a model that has a result is refused
 * @param hash MD5, the legacy field
 */
public record VerifyRequest(
        @NotNull UUID requestId,
        @NotNull @Pattern(regexp = ContractRequest.SHA256) String sha256,
        @NotNull @Pattern(regexp = ContractRequest.MD5) String hash) {}
