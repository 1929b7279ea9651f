package io.mlaas.api.blockchain;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The chain's newest block, as seen within the last half second.
 *
 * @param hash absent while the chain's node does not tell
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NewestBlock(@Nullable String hash) {}
