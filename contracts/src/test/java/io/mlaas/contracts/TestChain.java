package io.mlaas.contracts;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.methods.request.Transaction;
import org.web3j.protocol.core.methods.response.EthSendTransaction;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.protocol.http.HttpService;
import org.web3j.utils.Numeric;

/** A real EVM node of the test's own, mining at once and charging nothing. */
final class TestChain implements AutoCloseable {
    static final long CHAIN_ID = 1337;
    private static final BigInteger GAS_LIMIT = BigInteger.valueOf(25_000_000);

    private final Process process;
    private final URI rpc;
    private final Web3j web3j;

    private TestChain(Process process, URI rpc) {
        this.process = process;
        this.rpc = rpc;
        this.web3j = Web3j.build(new HttpService(rpc.toString()));
    }

    static TestChain start() throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Process process = new ProcessBuilder(
                        AnvilBinary.locate().toString(),
                        "--host=127.0.0.1",
                        "--port=" + port,
                        "--chain-id=" + CHAIN_ID,
                        "--hardfork=london",
                        "--gas-price=0",
                        "--block-base-fee-per-gas=0",
                        "--gas-limit=30000000",
                        "--prune-history=64",
                        "--quiet")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        TestChain chain = new TestChain(process, URI.create("http://127.0.0.1:" + port));
        try {
            await().atMost(Duration.ofSeconds(20))
                    .ignoreExceptions()
                    .until(() -> chain.web3j.ethChainId().send().getChainId().longValueExact() == CHAIN_ID);
        } catch (RuntimeException e) {
            chain.close();
            throw e;
        }
        return chain;
    }

    URI rpc() {
        return rpc;
    }

    ChainReader reader() {
        return ChainReader.connect(rpc);
    }

    /** Sends whatever is asked for, also what will be reverted, and returns what became of it. */
    TransactionReceipt send(Credentials from, String to, String data) {
        try {
            BigInteger nonce = web3j.ethGetTransactionCount(from.getAddress(), DefaultBlockParameterName.PENDING)
                    .send()
                    .getTransactionCount();
            RawTransaction transaction = RawTransaction.createTransaction(nonce, BigInteger.ZERO, GAS_LIMIT, to, data);
            String signed = Numeric.toHexString(TransactionEncoder.signMessage(transaction, CHAIN_ID, from));
            EthSendTransaction sent = web3j.ethSendRawTransaction(signed).send();
            if (sent.hasError()) {
                throw new IllegalStateException(sent.getError().getMessage());
            }
            return await().atMost(Duration.ofSeconds(10))
                    .until(
                            () -> web3j.ethGetTransactionReceipt(sent.getTransactionHash())
                                    .send()
                                    .getTransactionReceipt(),
                            receipt -> receipt.isPresent())
                    .orElseThrow();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The revert data of a call that must not succeed. */
    String revertData(Credentials from, String to, String data) {
        try {
            var answer = web3j.ethCall(
                            Transaction.createEthCallTransaction(from.getAddress(), to, data),
                            DefaultBlockParameterName.LATEST)
                    .send();
            if (!answer.hasError()) {
                throw new AssertionError("the call succeeded: " + answer.getValue());
            }
            return answer.getError().getData().toString().replace("\"", "");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        web3j.shutdown();
        process.destroyForcibly();
    }
}
