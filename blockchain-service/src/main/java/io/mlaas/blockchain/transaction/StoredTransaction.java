package io.mlaas.blockchain.transaction;

import io.mlaas.blockchain.account.Account;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
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
        OffsetDateTime createdAt,
        OffsetDateTime signedAt,
        String earlierHashes,
        boolean wasMined) {

    /** Of the signature that counts, and of those it replaced: any of them may be mined. */
    List<String> hashes() {
        List<String> hashes = new ArrayList<>();
        hashes.add(hash);
        if (!earlierHashes.isEmpty()) {
            hashes.addAll(List.of(earlierHashes.split(",", -1)));
        }
        return hashes;
    }

    /** What was asked for. */
    Submission submission() {
        return new Submission(requestKey, requestId, new Account(ownerId, sender), recipient, callData);
    }

    /** Whether this is the transaction of that very submission, perhaps signed with an earlier key of its company. */
    boolean serves(Submission submission) {
        return ownerId.equals(submission.sender().ownerId())
                && callData.equals(submission.callData())
                && Objects.equals(recipient, submission.recipient())
                && Objects.equals(requestId, submission.requestId());
    }
}
