package io.mlaas.api.blockchain;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What became of each asset of a batch, in the order asked for. */
public record BatchOutcome(List<Item> items) {

    public BatchOutcome {
        items = List.copyOf(items);
    }

    /** Either a contract or a refusal. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Item(
            UUID assetId,
            @Nullable DeployedContract contract,
            @Nullable Refusal refusal) {}

    /**
     * Why there is no contract, as {@code POST /contract} for this asset alone would say it.
     *
     * @param status the HTTP status of that answer
     * @param code the problem's code
     */
    public record Refusal(int status, String code, String detail) {}
}
