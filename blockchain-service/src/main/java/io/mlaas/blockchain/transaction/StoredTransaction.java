package io.mlaas.blockchain.transaction;

import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of the ledger. */
record StoredTransaction(
        long id,
        String requestKey,
        @Nullable UUID requestId,
        UUID ownerId,
        String sender,
        long nonce,
        @Nullable String recipient,
        String callData,
        String signed,
        String hash,
        TransactionState state,
        @Nullable Long blockNumber,
        @Nullable String blockHash,
        @Nullable String contractAddress,
        OffsetDateTime createdAt) {

    /** Whether this is the transaction of that very submission, perhaps signed with an earlier key of its company. */
    boolean serves(Submission submission) {
        return ownerId.equals(submission.sender().ownerId())
                && callData.equals(submission.callData())
                && Objects.equals(recipient, submission.recipient())
                && Objects.equals(requestId, submission.requestId());
    }
}
