package io.mlaas.blockchain.transaction;

import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.contracts.ContractRefusal;
import io.mlaas.kit.problem.ProblemException;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
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
import org.web3j.protocol.exceptions.ClientConnectionException;

/** The node's JSON-RPC, as far as transactions need it. */
@Component
class ChainNode {
    private static final Logger log = LoggerFactory.getLogger(ChainNode.class);
    private static final int RETRY_AFTER_SECONDS = 5;
    private static final int REVERTED = 3;
    private static final List<String> REVERT_WORDS =
            List.of("revert", "out of gas", "gas required exceeds", "invalid opcode", "outofgas");
    private static final BigInteger LARGE = BigInteger.valueOf(5_000_000);

    private final Web3j web3j;
    private final MeterRegistry meters;

    ChainNode(Web3j web3j, MeterRegistry meters) {
        this.web3j = web3j;
        this.meters = meters;
    }

    /** Whether a call would succeed, and with how much gas. */
    sealed interface Estimate {
        record Gas(BigInteger limit) implements Estimate {}

        record Reverts(Outcome.Refused refusal) implements Estimate {}
    }

    Estimate estimate(String from, @Nullable String to, String data) {
        var answer = exchange(web3j.ethEstimateGas(new Transaction(from, null, null, null, to, null, data)));
        if (answer.hasError()) {
            if (!isRevert(answer.getError())) {
                // A node that is out of order is not the contract's word.
                throw misbehaves("eth_estimateGas", answer.getError());
            }
            return new Estimate.Reverts(refusal(answer.getError()));
        }
        // A fifth more than is needed now: another transaction may come first and touch the same storage.
        BigInteger gas = answer.getAmountUsed();
        BigInteger roomy = gas.add(gas.divide(BigInteger.valueOf(5)));
        return new Estimate.Gas(roomy.compareTo(LARGE) < 0 ? roomy : roomy.min(blockGasLimit()));
    }

    /** More than this no block takes: a transaction that asks for more would wait for ever. */
    private BigInteger blockGasLimit() {
        return require(web3j.ethGetBlockByNumber(DefaultBlockParameterName.LATEST, false))
                .getBlock()
                .getGasLimit();
    }

    /** Nodes differ in how they say it: code 3 and data (EIP-1474's successors), or words. */
    private static boolean isRevert(Response.Error error) {
        String message = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
        return error.getCode() == REVERTED
                || String.valueOf(error.getData()).contains("0x")
                || REVERT_WORDS.stream().anyMatch(message::contains);
    }

    /** Why a mined transaction was reverted, as far as calling it again tells. */
    Outcome.Refused refusal(StoredTransaction transaction, BigInteger block) {
        var call = new Transaction(
                transaction.sender(), null, null, null, transaction.recipient(), null, transaction.callData());
        var answer = exchange(web3j.ethCall(call, DefaultBlockParameter.valueOf(block)));
        if (!answer.hasError()) {
            return new Outcome.Refused(null, "reverted, but a repeated call succeeds", true);
        }
        // A node that no longer has the state of that block knows no reason either.
        return isRevert(answer.getError())
                ? refusal(answer.getError())
                : new Outcome.Refused(
                        null,
                        "reverted; the node does not say why: "
                                + answer.getError().getMessage(),
                        true);
    }

    /**
     * Gives a signed transaction to the node. A node that has it already, or has mined it, or has another one of that
     * nonce, says so with an error, and one that does not answer may have taken it all the same: what counts is the
     * receipt, so that errors are only logged.
     */
    void send(StoredTransaction transaction) {
        try {
            var answer = exchange(web3j.ethSendRawTransaction(transaction.signed()));
            if (answer.hasError()) {
                log.info(
                        "node on transaction {} ({}): {}",
                        transaction.hash(),
                        transaction.requestKey(),
                        answer.getError().getMessage());
            }
        } catch (ProblemException e) {
            log.info("transaction {} ({}): {}", transaction.hash(), transaction.requestKey(), e.detail());
        }
    }

    long chainId() {
        return require(web3j.ethChainId()).getChainId().longValueExact();
    }

    Optional<TransactionReceipt> receipt(String hash) {
        return require(web3j.ethGetTransactionReceipt(hash)).getTransactionReceipt();
    }

    /** How many transactions of an address are mined: the next nonce that the chain takes. */
    long minedNonce(String address) {
        return nonce(address, DefaultBlockParameterName.LATEST);
    }

    /** As {@link #minedNonce}, counting what waits in the node's pool, too. */
    long pendingNonce(String address) {
        return nonce(address, DefaultBlockParameterName.PENDING);
    }

    private long nonce(String address, DefaultBlockParameterName asOf) {
        return require(web3j.ethGetTransactionCount(address, asOf))
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
        return new Outcome.Refused(reason, reason == null ? error.getMessage() : reason.signature(), false);
    }

    private <T extends Response<?>> T require(Request<?, T> request) {
        T response = exchange(request);
        if (response.hasError()) {
            throw misbehaves(request.getMethod(), response.getError());
        }
        return response;
    }

    private ProblemException misbehaves(String method, Response.Error error) {
        count(method, "error");
        return ChainProblem.CHAIN_MISBEHAVES.because("The node refuses " + method + ": " + error.getMessage());
    }

    private <T extends Response<?>> T exchange(Request<?, T> request) {
        try {
            return request.send();
        } catch (IOException | ClientConnectionException e) {
            log.debug("no answer to {}", request.getMethod(), e);
            count(request.getMethod(), "no answer");
            throw ChainProblem.CHAIN_UNAVAILABLE.retryAfter(
                    RETRY_AFTER_SECONDS, "No answer to " + request.getMethod() + ".");
        }
    }

    private void count(String method, String failure) {
        meters.counter("mlaas.chain.node.failures", "method", method, "failure", failure)
                .increment();
    }
}
