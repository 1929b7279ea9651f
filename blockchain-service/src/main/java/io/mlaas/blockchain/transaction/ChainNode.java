package io.mlaas.blockchain.transaction;

import io.mlaas.contracts.ContractRefusal;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.request.Transaction;
import org.web3j.protocol.core.methods.response.EthBlock;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/** The node's JSON-RPC, as far as transactions need it. */
@Component
class ChainNode {
    private static final Logger log = LoggerFactory.getLogger(ChainNode.class);
    private static final int RETRY_AFTER_SECONDS = 5;

    private final Web3j web3j;

    ChainNode(Web3j web3j) {
        this.web3j = web3j;
    }

    /** Whether a call would succeed, and with how much gas. */
    sealed interface Estimate {
        record Gas(BigInteger limit) implements Estimate {}

        record Reverts(Outcome.Refused refusal) implements Estimate {}
    }

    Estimate estimate(String from, @Nullable String to, String data) {
        var answer = exchange(web3j.ethEstimateGas(new Transaction(from, null, null, null, to, null, data)));
        if (answer.hasError()) {
            return new Estimate.Reverts(refusal(answer.getError()));
        }
        // A fifth more than is needed now: another transaction may come first and touch the same storage.
        BigInteger gas = answer.getAmountUsed();
        return new Estimate.Gas(gas.add(gas.divide(BigInteger.valueOf(5))));
    }

    /** Why a mined transaction was reverted, as far as calling it again tells. */
    Outcome.Refused refusal(StoredTransaction transaction, BigInteger block) {
        var call = new Transaction(
                transaction.sender(), null, null, null, transaction.recipient(), null, transaction.callData());
        var answer = exchange(web3j.ethCall(call, DefaultBlockParameter.valueOf(block)));
        return answer.hasError()
                ? refusal(answer.getError())
                : new Outcome.Refused(null, "reverted; a repeated call succeeds (out of gas?)");
    }

    /**
     * Gives a signed transaction to the node. A node that has it already, or has mined it, says so with an error: what
     * counts is the receipt, so that errors are only logged.
     */
    void send(StoredTransaction transaction) {
        var answer = exchange(web3j.ethSendRawTransaction(transaction.signed()));
        if (answer.hasError()) {
            log.info(
                    "node on transaction {} ({}): {}",
                    transaction.hash(),
                    transaction.requestKey(),
                    answer.getError().getMessage());
        }
    }

    Optional<TransactionReceipt> receipt(String hash) {
        return require(web3j.ethGetTransactionReceipt(hash)).getTransactionReceipt();
    }

    /** How many transactions of an address are mined: the next nonce that the chain takes. */
    long minedNonce(String address) {
        return require(web3j.ethGetTransactionCount(address, DefaultBlockParameterName.LATEST))
                .getTransactionCount()
                .longValueExact();
    }

    long head() {
        return require(web3j.ethBlockNumber()).getBlockNumber().longValueExact();
    }

    Optional<String> blockHash(long number) {
        EthBlock.Block block = require(
                        web3j.ethGetBlockByNumber(DefaultBlockParameter.valueOf(BigInteger.valueOf(number)), false))
                .getBlock();
        return Optional.ofNullable(block).map(EthBlock.Block::getHash);
    }

    private static Outcome.Refused refusal(Response.Error error) {
        Object data = error.getData();
        String revertData = data == null ? "" : data.toString().replace("\"", "");
        ContractRefusal reason = ContractRefusal.of(revertData).orElse(null);
        return new Outcome.Refused(reason, reason == null ? error.getMessage() : reason.signature());
    }

    private static <T extends Response<?>> T require(Request<?, T> request) {
        T response = exchange(request);
        if (response.hasError()) {
            throw ChainProblem.CHAIN_MISBEHAVES.because("The node refuses " + request.getMethod() + ": "
                    + response.getError().getMessage());
        }
        return response;
    }

    private static <T extends Response<?>> T exchange(Request<?, T> request) {
        try {
            return request.send();
        } catch (IOException e) {
            log.debug("no answer to {}", request.getMethod(), e);
            throw ChainProblem.CHAIN_UNAVAILABLE.retryAfter(
                    RETRY_AFTER_SECONDS, "No answer to " + request.getMethod() + ".");
        }
    }
}
