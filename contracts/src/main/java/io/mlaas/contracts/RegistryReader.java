package io.mlaas.contracts;

import java.util.List;
import java.util.Optional;
import org.web3j.abi.EventEncoder;
import org.web3j.abi.TypeReference;
import org.web3j.abi.datatypes.Bool;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.DefaultBlockParameterName;

/**
 * Reads one {@code AnchorRegistry}. Throws what {@link ChainReader} throws. Digests are 64 lower-case hexadecimal digits.
 */
public final class RegistryReader {
    private static final DefaultBlockParameter LATEST = DefaultBlockParameterName.LATEST;
    private static final TypeReference<Bool> BOOL = new TypeReference<>() {};
    private static final String ANCHORED = EventEncoder.buildEventSignature("Anchored(uint64,bytes32,uint64)");

    private final ChainReader chain;
    private final String address;

    /** Does not talk to the node yet. */
    public RegistryReader(ChainReader chain, String address) {
        this.chain = chain;
        this.address = Addresses.checksummed(address);
    }

    /** Where the registry is, with its checksum. */
    public String address() {
        return address;
    }

    /** Whether the code there is the published one, byte for byte. */
    public boolean isGenuine() {
        return chain.isGenuine(address, CompiledContract.ANCHOR_REGISTRY);
    }

    /** Who anchors batches and publishes keys. */
    public String registrar() {
        return chain.registrar(address);
    }

    /** How many batches are anchored. */
    public long batchCount() {
        return Abi.integer(call("batchCount", List.of(), List.of(Abi.UINT256)).getFirst());
    }

    /** The batch of a root, if the root is anchored. */
    public Optional<AnchoredBatch> batchOf(String root) {
        List<Type<?>> batch = call(
                "batchOf", List.of(Abi.bytes32(root)), List.of(Abi.UINT256, Abi.UINT256, Abi.UINT256, Abi.UINT256));
        long number = Abi.integer(batch.get(0));
        return number == 0
                ? Optional.empty()
                : Optional.of(new AnchoredBatch(
                        number, root, Abi.integer(batch.get(1)), Abi.integer(batch.get(2)), Abi.time(batch.get(3))));
    }

    /** The batch of a number, from 1. */
    public AnchoredBatch batch(long number) {
        List<Type<?>> batch = call(
                "batches", List.of(new Uint64(number)), List.of(Abi.BYTES32, Abi.UINT256, Abi.UINT256, Abi.UINT256));
        return new AnchoredBatch(
                number,
                Abi.hex(batch.get(0)),
                Abi.integer(batch.get(1)),
                Abi.integer(batch.get(2)),
                Abi.time(batch.get(3)));
    }

    /** The transaction that anchored a root, if it is anchored; hash as {@code 0x…}. */
    public Optional<ChainEvidence.Transaction> transactionOf(AnchoredBatch batch) {
        return chain.transaction(
                address,
                batch.block(),
                List.of(ANCHORED, Abi.topic(new Uint64(batch.number())), Abi.topic(Abi.bytes32(batch.root()))));
    }

    /** Whose key a fingerprint is, if it was published. */
    public Optional<PublishedKey> keyOf(String fingerprint) {
        List<Type<?>> key =
                call("keyOf", List.of(Abi.bytes32(fingerprint)), List.of(Abi.BYTES16, Abi.UINT256, Abi.UINT256));
        return Abi.integer(key.get(1)) == 0
                ? Optional.empty()
                : Optional.of(new PublishedKey(
                        Abi.uuidOrNull(key.get(0)),
                        fingerprint,
                        Abi.time(key.get(1)),
                        Abi.integer(key.get(2)) == 0 ? null : Abi.time(key.get(2))));
    }

    /** Whether the contract itself finds that a path leads from a digest to an anchored root. */
    public boolean verify(String root, String digest, long index, List<String> path) {
        DynamicArray<Bytes32> hashes = new DynamicArray<>(
                Bytes32.class, path.stream().map(Abi::bytes32).toList());
        return (Boolean) call(
                        "verify",
                        List.of(Abi.bytes32(root), Abi.bytes32(digest), new Uint64(index), hashes),
                        List.of(BOOL))
                .getFirst()
                .getValue();
    }

    @SuppressWarnings({"rawtypes", "unchecked"}) // web3j's own signatures
    private List<Type<?>> call(String name, List<? extends Type> arguments, List<TypeReference<?>> results) {
        return (List) chain.calls().call(address, new Function(name, (List<Type>) arguments, results), LATEST);
    }
}
