package io.mlaas.contracts;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SequencedMap;
import java.util.UUID;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.DynamicStruct;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.crypto.Hash;

/**
 * The {@code data} of every transaction the platform sends, as hexadecimal with a leading {@code 0x}. Who signs and
 * sends it, and with which nonce, is the caller's business.
 */
public final class ContractTransactions {
    private ContractTransactions() {}

    private static final String REGISTER_ASSETS = "registerAssets((bytes16,(string,int256,string,bytes32))[],"
            + "(bytes16,(bytes16,bytes16,bytes16,bytes32,string,bytes32))[])";
    private static final String NOBODY = "0x0000000000000000000000000000000000000000";

    /** Creates an {@code AssetDirectory}; the sender becomes its registrar. Sent to no address. */
    public static String deployDirectory() {
        return deployDirectory(NOBODY);
    }

    /** Creates an {@code AssetDirectory} that knows what another one, of whichever generation, knows. */
    public static String deployDirectory(String predecessor) {
        return CompiledContract.ASSET_DIRECTORY.creationCode()
                + FunctionEncoder.encodeConstructor(List.of(new Address(predecessor)));
    }

    /** To the directory, from its registrar: lets an address act for an organization. */
    public static String authorizeCompany(String company, UUID organizationId) {
        return call("authorizeCompany", new Address(company), Abi.bytes16(organizationId));
    }

    /** To the directory, from its registrar: an address no longer acts for its organization. */
    public static String revokeCompany(String company) {
        return call("revokeCompany", new Address(company));
    }

    /** To the directory, from its registrar: offers the role to another account. */
    public static String offerRegistrar(String account) {
        return call("offerRegistrar", new Address(account));
    }

    /** To the directory, from the account that was offered the role. */
    public static String acceptRegistrar() {
        return call("acceptRegistrar");
    }

    /** To the directory, from a company: creates the dataset's contract. */
    public static String registerDataset(UUID assetId, DatasetFields fields) {
        return call("registerDataset", Abi.bytes16(assetId), Abi.struct(fields));
    }

    /** To the directory, from a company: creates the model's contract. */
    public static String registerModel(UUID assetId, ModelFields fields) {
        return call("registerModel", Abi.bytes16(assetId), Abi.struct(fields));
    }

    /**
     * To the directory, from a company: creates the contracts of the datasets, then of the models, in their order. What
     * cannot be registered is left out without affecting the rest; what is registered already stays as it is.
     */
    public static String registerAssets(
            SequencedMap<UUID, DatasetFields> datasets, SequencedMap<UUID, ModelFields> models) {
        List<DynamicStruct> datasetEntries = new ArrayList<>();
        datasets.forEach((id, fields) -> datasetEntries.add(new DynamicStruct(Abi.bytes16(id), Abi.struct(fields))));
        List<DynamicStruct> modelEntries = new ArrayList<>();
        models.forEach((id, fields) -> modelEntries.add(new DynamicStruct(Abi.bytes16(id), Abi.struct(fields))));
        byte[] hash = Hash.sha3(REGISTER_ASSETS.getBytes(StandardCharsets.US_ASCII));
        // Encoded by hand, since an empty array of structs has no type of its own.
        return "0x"
                + HexFormat.of().formatHex(hash, 0, 4)
                + FunctionEncoder.encodeConstructor(List.of(
                        new DynamicArray<>(DynamicStruct.class, datasetEntries),
                        new DynamicArray<>(DynamicStruct.class, modelEntries)));
    }

    /** To a model's contract, from its company: records the trained model. Succeeds once. */
    public static String verify(String sha256, String md5) {
        Digests.requireSha256("sha256", sha256);
        Digests.requireMd5("md5", md5);
        return call("verify", Abi.bytes32(sha256), Abi.string(md5));
    }

    /**
     * The address that {@link #registerDataset} will create (EIP-1014). It commits to every field, so that an address
     * alone tells whether the contract was created with given contents.
     */
    public static String datasetAddress(
            String directory, UUID assetId, UUID organizationId, String owner, DatasetFields fields) {
        return AssetCode.of(Generation.latest(), directory, assetId, organizationId, owner, fields)
                .address();
    }

    /** The address that {@link #registerModel} will create; see {@link #datasetAddress}. */
    public static String modelAddress(
            String directory, UUID assetId, UUID organizationId, String owner, ModelFields fields) {
        return AssetCode.of(Generation.latest(), directory, assetId, organizationId, owner, fields)
                .address();
    }

    @SuppressWarnings("rawtypes") // web3j's own signatures
    private static String call(String function, Type... arguments) {
        return FunctionEncoder.encode(new Function(function, List.of(arguments), List.of()));
    }
}
