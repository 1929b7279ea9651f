package io.mlaas.blockchain.transaction;

import io.mlaas.blockchain.account.Account;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A transaction somebody wants mined.
 *
 * @param requestKey its purpose, for example {@code register:<asset id>}: it is served once
 * @param requestId tells repetitions from rivals where the contents alone do not; null where they do
 * @param sender who signs
 * @param recipient the contract; null to create one
 * @param callData the encoded call
 */
public record Submission(
        String requestKey,
        @Nullable UUID requestId,
        Account sender,
        @Nullable String recipient,
        String callData) {

    Submission from(Account account) {
        return new Submission(requestKey, requestId, account, recipient, callData);
    }
}
