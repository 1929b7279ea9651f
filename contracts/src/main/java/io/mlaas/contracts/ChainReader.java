package io.mlaas.contracts;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.web3j.abi.EventEncoder;
import org.web3j.abi.TypeReference;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Bytes16;
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
    private static final TypeReference<DynamicArray<Address>> ADDRESSES = new TypeReference<>() {};
    // A chain of directories that turned in a circle would be a chain of lies.
    private static final int LONGEST_LINEAGE = 16;
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

    /** Which generation the directory at an address is of; nothing when its code is none of the published ones. */
    public Optional<Generation> generationOf(String directory) {
        return Generation.ofDirectory(calls.code(directory, LATEST));
    }

    /**
     * A directory and those before it, the newest first. Ends with a directory that is not a published one, if there is
     * one: what that one says of its predecessor is nobody's word.
     */
    public List<DirectoryOnChain> lineage(String directory) {
        return lineage(directory, LATEST);
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

    /**
     * The addresses of many assets' contracts, without those that the directory does not know.
     *
     * @param directory of the second generation
     */
    public Map<UUID, String> contractsOf(String directory, List<UUID> assetIds) {
        Function function = new Function(
                "contractsOf",
                List.of(new DynamicArray<>(
                        Bytes16.class, assetIds.stream().map(Abi::bytes16).toList())),
                List.<TypeReference<?>>of(ADDRESSES));
        @SuppressWarnings("unchecked")
        List<Address> addresses = (List<Address>)
                calls.call(directory, function, LATEST).getFirst().getValue();
        Map<UUID, String> contracts = new HashMap<>();
        for (int i = 0; i < assetIds.size(); i++) {
            if (!addresses.get(i).equals(Address.DEFAULT)) {
                contracts.put(
                        assetIds.get(i), Addresses.checksummed(addresses.get(i).getValue()));
            }
        }
        return contracts;
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
        Optional<UUID> assetId = AssetCode.assetIdIn(code);
        if (assetId.isEmpty()
                && (isCodeOf(CompiledContract.DATASET_1, code) || isCodeOf(CompiledContract.MODEL_1, code))) {
            assetId = Optional.of(Abi.uuid(call(address, LATEST, "assetId", Abi.BYTES16)));
        }
        return assetId.flatMap(id -> contractOf(directory, id, LATEST))
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
        return contractOf(directory, assetId, at).map(contract -> {
            AssetOnChain asset = read(contract.address(), contract.kind(), at);
            List<DirectoryOnChain> lineage = lineageTo(directory, asset, at);
            Generation generation = lineage.getLast().generation();
            String event = contract.kind() == AssetKind.DATASET ? DATASET_REGISTERED : MODEL_REGISTERED;
            ChainEvidence.Transaction registration = transaction(asset.directory(), event, assetId, at)
                    .orElseThrow(() -> new ChainException("asset " + assetId + ": no registration event in "
                            + asset.directory() + " (expected: one; is the node's log index complete?)"));
            ChainEvidence.Transaction verification =
                    transaction(contract.address(), MODEL_VERIFIED, assetId, at).orElse(null);
            return new ChainEvidence(
                    chainId(),
                    blockNumber,
                    Addresses.checksummed(directory),
                    lineage,
                    lineage.stream().allMatch(one -> one.generation() != null)
                            && lineage.getLast().address().equals(asset.directory()),
                    generation != null && isGenuine(asset, generation, at),
                    asset,
                    registration,
                    verification);
        });
    }

    ContractCalls calls() {
        return calls;
    }

    /** The first transaction of a block that left an event with these topics at an address. */
    Optional<ChainEvidence.Transaction> transaction(String address, long block, List<String> topics) {
        DefaultBlockParameter at = DefaultBlockParameter.valueOf(BigInteger.valueOf(block));
        return transaction(new EthFilter(at, at, address), topics);
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

    private boolean isGenuine(AssetOnChain asset, Generation generation, DefaultBlockParameter at) {
        AssetCode expected = AssetCode.of(generation, asset);
        return asset.address().equals(expected.address())
                && calls.code(asset.address(), at).equalsIgnoreCase(expected.code())
                && switch (generation) {
                    case FIRST -> true;
                    case SECOND ->
                        isGenuine(
                                AssetCode.sharedCode(asset.directory(), asset.kind()),
                                switch (asset.kind()) {
                                    case DATASET -> CompiledContract.DATASET;
                                    case MODEL -> CompiledContract.MODEL;
                                },
                                at);
                };
    }

    private List<DirectoryOnChain> lineage(String directory, DefaultBlockParameter at) {
        List<DirectoryOnChain> lineage = new ArrayList<>();
        String next = Addresses.checksummed(directory);
        while (lineage.size() < LONGEST_LINEAGE) {
            Generation generation = Generation.ofDirectory(calls.code(next, at)).orElse(null);
            lineage.add(new DirectoryOnChain(next, generation));
            if (generation != Generation.SECOND) {
                break;
            }
            Address predecessor = (Address) call(next, at, "predecessor", Abi.ADDRESS);
            if (predecessor.equals(Address.DEFAULT)) {
                break;
            }
            next = Addresses.checksummed(predecessor.getValue());
        }
        return lineage;
    }

    /** The directories from the one asked to the one that the asset says registered it, as far as they lead there. */
    private List<DirectoryOnChain> lineageTo(String directory, AssetOnChain asset, DefaultBlockParameter at) {
        List<DirectoryOnChain> all = lineage(directory, at);
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).address().equals(asset.directory())) {
                return all.subList(0, i + 1);
            }
        }
        return all;
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
        String directory = Addresses.checksummed(Abi.text(asset.get(0)));
        UUID assetId = Abi.uuid(asset.get(1));
        UUID organizationId = Abi.uuid(asset.get(2));
        String owner = Addresses.checksummed(Abi.text(asset.get(3)));
        Instant registeredAt = Abi.time(asset.get(4));
        return switch (kind) {
            case DATASET ->
                new AssetOnChain.Dataset(
                        address, directory, assetId, organizationId, owner, registeredAt, readDataset(address, at));
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
                        directory,
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
        return transaction(
                new EthFilter(DefaultBlockParameterName.EARLIEST, until, address),
                List.of(event, Abi.topic(Abi.bytes16(assetId))));
    }

    private Optional<ChainEvidence.Transaction> transaction(EthFilter filter, List<String> topics) {
        topics.forEach(filter::addSingleTopic);
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
