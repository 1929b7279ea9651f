package io.mlaas.blockchain.transaction;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can go wrong between this service and the chain. */
public enum ChainProblem implements Problem {
    CHAIN_UNAVAILABLE(
            HttpStatus.SERVICE_UNAVAILABLE,
            "The chain's node does not answer",
            Category.CAPACITY,
            "Send the same request again after the time in Retry-After; it is not carried out twice."),
    TRANSACTION_PENDING(
            HttpStatus.SERVICE_UNAVAILABLE,
            "The transaction is sent, but not mined yet",
            Category.CAPACITY,
            "Send the same request again after the time in Retry-After; it waits for the same transaction."),
    WRONG_CHAIN(
            HttpStatus.SERVICE_UNAVAILABLE,
            "The node belongs to another chain",
            Category.PLATFORM,
            "Tell the operator: the node is not of the chain that this service works with. Nothing was sent to it."),
    CHAIN_MISBEHAVES(
            HttpStatus.BAD_GATEWAY,
            "The chain's node gives an answer that makes no sense",
            Category.PLATFORM,
            "Tell the operator: the node, its chain or the configured directory is not the expected one.");

    private final Facts facts;

    ChainProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
