package io.mlaas.blockchain.transaction;

import io.mlaas.contracts.ContractRefusal;
import org.jspecify.annotations.Nullable;

/** What became of a submission. */
public sealed interface Outcome {

    /**
     * It is on the chain.
     *
     * @param contractAddress of the contract that it deployed directly, if it did
     */
    record Mined(
            String transactionHash,
            long blockNumber,
            @Nullable String contractAddress) implements Outcome {}

    /**
     * The contract refuses it; nothing was changed, and the same submission may be made again.
     *
     * @param reason the contract's error, if it is one of the platform's
     * @param detail the reason in words
     * @param past whether the same call is not refused any more: another transaction of the same block changed what it
     *     depends on, or it was given too little gas
     */
    record Refused(@Nullable ContractRefusal reason, String detail, boolean past) implements Outcome {}

    /** Another submission for the same purpose, with other contents, was made before. */
    record Taken() implements Outcome {}
}
