package io.mlaas.contracts;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.web3j.abi.EventEncoder;
import org.web3j.abi.TypeEncoder;
import org.web3j.abi.TypeReference;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.methods.request.EthFilter;
import org.web3j.protocol.core.methods.response.EthBlock;
import org.web3j.protocol.core.methods.response.EthLog;
import org.web3j.protocol.core.methods.response.Log;
import org.web3j.protocol.http.HttpService;

/**
 * Reads the contracts through a node's JSON-RPC address. Needs no key and none of the platform's services: whoever has
 * the address of a node and of the directory can check every asset.
 *
 * <pre>{@code
 * try (ChainReader chain = ChainReader.connect(URI.create("http://127.0.0.1:18545"))) {
 *     ChainEvidence evidence = chain.evidence(directory, assetId).orElseThrow();
 *     boolean good = evidence.isGenuine() && digestOfTheFile.equals(evidence.sha256());
 * }
 * }</pre>
 *
 * <p>Every method throws {@link ChainUnreachableException} when the node does not answer and {@link ChainException} when
 * its answer makes no sense. Safe for use by several threads.
 */
public final class ChainReader implements AutoCloseable {
    private static final DefaultBlockParameter LATEST = DefaultBlockParameterName.LATEST;
    private static final String DATASET_REGISTERED =
            EventEncoder.buildEventSignature("DatasetRegistered(bytes16,bytes16,address,bytes32)");
    private static final String MODEL_REGISTERED =
            EventEncoder.buildEventSignature("ModelRegistered(bytes16,bytes16,address,bytes16)");
    private static final String MODEL_VERIFIED =
            EventEncoder.buildEventSignature("ModelVerified(bytes16,bytes16,bytes32,string)");

    private final Web3j web3j;
    private final ContractCalls calls;

    private ChainReader(Web3j web3j) {
        this.web3j = web3j;
        this.calls = new ContractCalls(web3j);
    }

    /** A reader with its own HTTP connections, closed by {@link #close}. Does not talk to the node yet. */
    public static ChainReader connect(URI rpc) {
        OkHttpClient http = new OkHttpClient.Builder()
                .connectTimeout(Duration.ofSeconds(3))
                .readTimeout(Duration.ofSeconds(20))
                .build();
        return new ChainReader(Web3j.build(new HttpService(rpc.toString(), http)));
    }

    /** A reader over an existing client. {@link #close} shuts that client down. */
    public static ChainReader of(Web3j web3j) {
        return new ChainReader(web3j);
    }

    /** The chain's id. */
    public long chainId() {
        return calls.send(web3j.ethChainId()).getChainId().longValueExact();
    }

    /** Number of the newest block. */
    public long blockNumber() {
        return calls.send(web3j.ethBlockNumber()).getBlockNumber().longValueExact();
    }

    /** What the node calls itself. */
    public String nodeVersion() {
        return calls.send(web3j.web3ClientVersion()).getWeb3ClientVersion();
    }

    /** Whether the code at an address is the published one, byte for byte. */
    public boolean isGenuine(String address, CompiledContract contract) {
        return isGenuine(address, contract, LATEST);
    }

    /** The directory's registrar. */
    public String registrar(String directory) {
        return Addresses.checksummed(Abi.text(call(directory, LATEST, "registrar", Abi.ADDRESS)));
    }

    /** The organization an address acts for, or nothing when it is not authorised. */
    public Optional<UUID> organizationOf(String directory, String company) {
        Function function =
                new Function("organizationOf", List.of(new Address(company)), List.<TypeReference<?>>of(Abi.BYTES16));
        return Optional.ofNullable(
                Abi.uuidOrNull(calls.call(directory, function, LATEST).getFirst()));
    }

    /** The address of an asset's contract, or nothing when the directory does not know the asset. */
    public Optional<String> contractOf(String directory, UUID assetId) {
        return contractOf(directory, assetId, LATEST).map(Contract::address);
    }

    /** What the chain says of an asset, or nothing when the directory does not know it. */
    public Optional<AssetOnChain> asset(String directory, UUID assetId) {
        return contractOf(directory, assetId, LATEST)
                .map(contract -> read(contract.address(), contract.kind(), LATEST));
    }

    /**
     * What the chain says at an address, or nothing when the directory did not create a contract there. A look-alike
     * that merely claims to belong to the directory is nothing.
     */
    public Optional<AssetOnChain> assetAt(String directory, String address) {
        String code = calls.code(address, LATEST);
        if (!isCodeOf(CompiledContract.DATASET, code) && !isCodeOf(CompiledContract.MODEL, code)) {
            return Optional.empty();
        }
        UUID assetId = Abi.uuid(call(address, LATEST, "assetId", Abi.BYTES16));
        return contractOf(directory, assetId, LATEST)
                .filter(contract -> contract.address().equalsIgnoreCase(address))
                .map(contract -> read(contract.address(), contract.kind(), LATEST));
    }

    /** All there is to know of an asset, or nothing when the directory does not know it. */
    public Optional<ChainEvidence> evidence(String directory, UUID assetId) {
        long blockNumber = blockNumber();
        DefaultBlockParameter at = DefaultBlockParameter.valueOf(BigInteger.valueOf(blockNumber));
        if (calls.code(directory, at).length() <= 2) {
            throw new ChainException("directory: " + directory + " (expected: an address with a contract on chain "
                    + chainId() + ", at block " + blockNumber + ")");
        }
        boolean directoryIsGenuine = isGenuine(directory, CompiledContract.ASSET_DIRECTORY, at);
        return contractOf(directory, assetId, at).map(contract -> {
            AssetOnChain asset = read(contract.address(), contract.kind(), at);
            boolean codeIsGenuine =
                    isGenuine(contract.address(), contract.kind().contract(), at);
            String event = contract.kind() == AssetKind.DATASET ? DATASET_REGISTERED : MODEL_REGISTERED;
            ChainEvidence.Transaction registration = transaction(directory, event, assetId, at)
                    .orElseThrow(() -> new ChainException("asset " + assetId + ": no registration event in " + directory
                            + " (expected: one; is the node's log index complete?)"));
            ChainEvidence.Transaction verification =
                    transaction(contract.address(), MODEL_VERIFIED, assetId, at).orElse(null);
            return new ChainEvidence(
                    chainId(),
                    blockNumber,
                    Addresses.checksummed(directory),
                    directoryIsGenuine,
                    codeIsGenuine && asset.address().equals(createdAddress(directory, asset)),
                    asset,
                    registration,
                    verification);
        });
    }

    /** Closes the connections. */
    @Override
    public void close() {
        web3j.shutdown();
    }

    private record Contract(String address, AssetKind kind) {}

    private boolean isGenuine(String address, CompiledContract contract, DefaultBlockParameter at) {
        return isCodeOf(contract, calls.code(address, at));
    }

    private static boolean isCodeOf(CompiledContract contract, String code) {
        return code.equalsIgnoreCase(contract.runtimeCode());
    }

    private static String createdAddress(String directory, AssetOnChain asset) {
        return switch (asset) {
            case AssetOnChain.Dataset dataset ->
                ContractTransactions.datasetAddress(
                        directory, dataset.assetId(), dataset.organizationId(), dataset.owner(), dataset.fields());
            case AssetOnChain.Model model ->
                ContractTransactions.modelAddress(
                        directory, model.assetId(), model.organizationId(), model.owner(), model.fields());
        };
    }

    private Optional<Contract> contractOf(String directory, UUID assetId, DefaultBlockParameter at) {
        Function function = new Function(
                "contractOf", List.of(Abi.bytes16(assetId)), List.<TypeReference<?>>of(Abi.ADDRESS, Abi.UINT8));
        @SuppressWarnings("rawtypes")
        List<Type> answer = calls.call(directory, function, at);
        long kind = Abi.integer(answer.get(1));
        return kind == 0
                ? Optional.empty()
                : Optional.of(new Contract(Addresses.checksummed(Abi.text(answer.get(0))), AssetKind.of(kind)));
    }

    @SuppressWarnings("rawtypes") // web3j's own signatures
    private AssetOnChain read(String address, AssetKind kind, DefaultBlockParameter at) {
        List<Type> asset = calls.call(
                address, function("asset", Abi.ADDRESS, Abi.BYTES16, Abi.BYTES16, Abi.ADDRESS, Abi.UINT256), at);
        UUID assetId = Abi.uuid(asset.get(1));
        UUID organizationId = Abi.uuid(asset.get(2));
        String owner = Addresses.checksummed(Abi.text(asset.get(3)));
        Instant registeredAt = Abi.time(asset.get(4));
        return switch (kind) {
            case DATASET ->
                new AssetOnChain.Dataset(
                        address, assetId, organizationId, owner, registeredAt, readDataset(address, at));
            case MODEL -> {
                List<Type> model = calls.call(
                        address,
                        function(
                                "get_model_params",
                                Abi.BYTES16,
                                Abi.BYTES16,
                                Abi.STRING,
                                Abi.STRING,
                                Abi.BYTES32,
                                Abi.BYTES32,
                                Abi.BYTES16),
                        at);
                ModelFields fields = new ModelFields(
                        Abi.uuid(model.get(1)),
                        Abi.uuidOrNull(call(address, at, "get_data_params", Abi.BYTES16)),
                        Abi.uuidOrNull(model.get(6)),
                        Abi.hexOrNull(model.get(5)),
                        Abi.textOrNull(model.get(2)),
                        Abi.hexOrNull(model.get(4)));
                yield new AssetOnChain.Model(
                        address,
                        assetId,
                        organizationId,
                        owner,
                        registeredAt,
                        fields,
                        readResult(address, Abi.text(model.get(3)), at));
            }
        };
    }

    @SuppressWarnings("rawtypes") // web3j's own signatures
    private DatasetFields readDataset(String address, DefaultBlockParameter at) {
        List<Type> dataset = calls.call(
                address,
                function("get_dataset_params", Abi.BYTES16, Abi.STRING, Abi.INT256, Abi.STRING, Abi.BYTES32),
                at);
        return new DatasetFields(
                Abi.text(dataset.get(1)),
                Abi.integer(dataset.get(2)),
                Abi.text(dataset.get(3)),
                Abi.hex(dataset.get(4)));
    }

    @SuppressWarnings("rawtypes") // web3j's own signatures
    private AssetOnChain.@Nullable Result readResult(String address, String md5, DefaultBlockParameter at) {
        List<Type> result = calls.call(address, function("get_result", Abi.BYTES32, Abi.UINT256), at);
        return Abi.integer(result.get(1)) == 0
                ? null
                : new AssetOnChain.Result(Abi.hex(result.get(0)), md5, Abi.time(result.get(1)));
    }

    private static Function function(String name, TypeReference<?>... results) {
        return new Function(name, List.of(), List.of(results));
    }

    private Type<?> call(String address, DefaultBlockParameter at, String name, TypeReference<?> result) {
        return calls.call(address, function(name, result), at).getFirst();
    }

    private Optional<ChainEvidence.Transaction> transaction(
            String address, String event, UUID assetId, DefaultBlockParameter until) {
        EthFilter filter = new EthFilter(DefaultBlockParameterName.EARLIEST, until, address);
        filter.addSingleTopic(event);
        filter.addSingleTopic("0x" + TypeEncoder.encode(Abi.bytes16(assetId)));
        @SuppressWarnings("rawtypes")
        List<EthLog.LogResult> logs = calls.send(web3j.ethGetLogs(filter)).getLogs();
        if (logs.isEmpty()) {
            return Optional.empty();
        }
        Log log = (Log) logs.getFirst().get();
        EthBlock.Block block =
                calls.send(web3j.ethGetBlockByHash(log.getBlockHash(), false)).getBlock();
        return Optional.of(new ChainEvidence.Transaction(
                log.getTransactionHash(),
                log.getBlockNumber().longValueExact(),
                log.getBlockHash(),
                Instant.ofEpochSecond(block.getTimestamp().longValueExact())));
    }
}
