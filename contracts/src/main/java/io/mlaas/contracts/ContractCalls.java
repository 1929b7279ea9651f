package io.mlaas.contracts;

import java.io.IOException;
import java.util.List;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.FunctionReturnDecoder;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.request.Transaction;

/** One JSON-RPC call at a time, its failures told apart. */
final class ContractCalls {
    private static final String NOBODY = "0x0000000000000000000000000000000000000000";

    private final Web3j web3j;

    ContractCalls(Web3j web3j) {
        this.web3j = web3j;
    }

    /** The node's answer. */
    <T extends Response<?>> T send(Request<?, T> request) {
        T response;
        try {
            response = request.send();
        } catch (IOException e) {
            throw new ChainUnreachableException("node: no answer to " + request.getMethod(), e);
        }
        if (response.hasError()) {
            throw new ChainException("node: refuses " + request.getMethod() + ": "
                    + response.getError().getMessage());
        }
        return response;
    }

    /** The values a view function returns. */
    @SuppressWarnings("rawtypes") // web3j's own signatures
    List<Type> call(String address, Function function, DefaultBlockParameter at) {
        Transaction call = Transaction.createEthCallTransaction(NOBODY, address, FunctionEncoder.encode(function));
        String answer = send(web3j.ethCall(call, at)).getValue();
        List<Type> values = FunctionReturnDecoder.decode(answer, function.getOutputParameters());
        if (values.size() != function.getOutputParameters().size()) {
            throw new ChainException(function.getName() + " at " + address + ": " + values.size()
                    + " values (expected: " + function.getOutputParameters().size()
                    + "; is it one of the platform's contracts?)");
        }
        return values;
    }

    /** The code at an address, {@code 0x} when there is none. */
    String code(String address, DefaultBlockParameter at) {
        return send(web3j.ethGetCode(address, at)).getCode();
    }
}
