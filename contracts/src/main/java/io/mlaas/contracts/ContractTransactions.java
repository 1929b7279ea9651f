package io.mlaas.contracts;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.UUID;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.crypto.Hash;
import org.web3j.utils.Numeric;

/**
 * The {@code data} of every transaction the platform sends, as hexadecimal with a leading {@code 0x}. Who signs and
 * sends it, and with which nonce, is the caller's business.
 */
public final class ContractTransactions {
    private ContractTransactions() {}

    /** Creates an {@code AssetDirectory}; the sender becomes its registrar. Sent to no address. */
    public static String deployDirectory() {
        return CompiledContract.ASSET_DIRECTORY.creationCode();
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
        return create2(
                directory,
                assetId,
                CompiledContract.DATASET,
                List.of(Abi.bytes16(assetId), Abi.bytes16(organizationId), new Address(owner), Abi.struct(fields)));
    }

    /** The address that {@link #registerModel} will create; see {@link #datasetAddress}. */
    public static String modelAddress(
            String directory, UUID assetId, UUID organizationId, String owner, ModelFields fields) {
        return create2(
                directory,
                assetId,
                CompiledContract.MODEL,
                List.of(Abi.bytes16(assetId), Abi.bytes16(organizationId), new Address(owner), Abi.struct(fields)));
    }

    @SuppressWarnings("rawtypes") // web3j's own signatures
    private static String create2(String directory, UUID assetId, CompiledContract contract, List<Type> arguments) {
        byte[] salt = new byte[32];
        System.arraycopy(Abi.bytes16(assetId).getValue(), 0, salt, 0, 16);
        byte[] initCode =
                Numeric.hexStringToByteArray(contract.creationCode() + FunctionEncoder.encodeConstructor(arguments));
        byte[] hash = Hash.sha3(concatenate(
                new byte[] {(byte) 0xff}, Numeric.hexStringToByteArray(directory), salt, Hash.sha3(initCode)));
        return Addresses.checksummed(Numeric.toHexString(hash, 12, 20, true));
    }

    private static byte[] concatenate(byte[]... parts) {
        var bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    @SuppressWarnings("rawtypes") // web3j's own signatures
    private static String call(String function, Type... arguments) {
        return FunctionEncoder.encode(new Function(function, List.of(arguments), List.of()));
    }
}
