package io.mlaas.contracts;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicStruct;
import org.web3j.crypto.ContractUtils;
import org.web3j.crypto.Hash;
import org.web3j.utils.Numeric;

/**
 * Where an asset's contract lies and which code it has: both follow from its directory and what was declared, so that
 * neither needs to be believed.
 *
 * @param address as EIP-1014 has it, with its checksum
 * @param code what {@code eth_getCode} answers, lower-case hexadecimal with a leading {@code 0x}
 */
record AssetCode(String address, String code) {
    private static final HexFormat HEX = HexFormat.of();
    // EIP-1167: what calls the code at an address with everything it is called with.
    private static final String PROXY = "363d3d373d3d3d363d73";
    private static final String PROXY_END = "5af43d82803e903d91602b57fd5bf3";
    private static final int PROXY_BYTES = 45;
    private static final int ASSET_ID = 20;
    private static final BigInteger FIRST_CREATED = BigInteger.ONE;
    private static final BigInteger SECOND_CREATED = BigInteger.TWO;

    static AssetCode of(Generation generation, AssetOnChain asset) {
        return switch (asset) {
            case AssetOnChain.Dataset dataset ->
                of(
                        generation,
                        dataset.directory(),
                        dataset.assetId(),
                        dataset.organizationId(),
                        dataset.owner(),
                        dataset.fields());
            case AssetOnChain.Model model ->
                of(
                        generation,
                        model.directory(),
                        model.assetId(),
                        model.organizationId(),
                        model.owner(),
                        model.fields());
        };
    }

    static AssetCode of(
            Generation generation,
            String directory,
            UUID assetId,
            UUID organizationId,
            String owner,
            DatasetFields fields) {
        return switch (generation) {
            case FIRST ->
                whole(CompiledContract.DATASET_1, directory, assetId, organizationId, owner, Abi.struct(fields));
            case SECOND ->
                proxy(
                        AssetKind.DATASET,
                        directory,
                        assetId,
                        organizationId,
                        owner,
                        bytes32(BigInteger.valueOf(fields.sizeBytes())),
                        HEX.parseHex(fields.sha256()),
                        fields.md5().getBytes(StandardCharsets.US_ASCII),
                        fields.samplesDimension().getBytes(StandardCharsets.UTF_8));
        };
    }

    static AssetCode of(
            Generation generation,
            String directory,
            UUID assetId,
            UUID organizationId,
            String owner,
            ModelFields fields) {
        return switch (generation) {
            case FIRST ->
                whole(CompiledContract.MODEL_1, directory, assetId, organizationId, owner, Abi.struct(fields));
            case SECOND ->
                proxy(
                        AssetKind.MODEL,
                        directory,
                        assetId,
                        organizationId,
                        owner,
                        Abi.bytes16(fields.developerId()).getValue(),
                        Abi.bytes16(fields.datasetId()).getValue(),
                        Abi.bytes16(fields.sourceModelId()).getValue(),
                        Abi.bytes32(fields.definitionSha256()).getValue(),
                        fields.trainImageMd5() == null
                                ? new byte[32]
                                : fields.trainImageMd5().getBytes(StandardCharsets.US_ASCII),
                        Abi.bytes32(fields.trainImageSha256()).getValue());
        };
    }

    /** The code that the contracts of a kind run, in a directory of the second generation. */
    static String sharedCode(String directory, AssetKind kind) {
        BigInteger nonce =
                switch (kind) {
                    case DATASET -> FIRST_CREATED;
                    case MODEL -> SECOND_CREATED;
                };
        return ContractUtils.generateContractAddress(directory, nonce);
    }

    /** The id in the code of what may be an asset's contract of the second generation. */
    static Optional<UUID> assetIdIn(String code) {
        int from = 2 + 2 * (PROXY_BYTES + ASSET_ID);
        if (!code.startsWith("0x" + PROXY) || code.length() < from + 32) {
            return Optional.empty();
        }
        ByteBuffer id = ByteBuffer.wrap(HEX.parseHex(code, from, from + 32));
        return Optional.of(new UUID(id.getLong(), id.getLong()));
    }

    private static AssetCode whole(
            CompiledContract contract,
            String directory,
            UUID assetId,
            UUID organizationId,
            String owner,
            DynamicStruct fields) {
        String arguments = FunctionEncoder.encodeConstructor(
                List.of(Abi.bytes16(assetId), Abi.bytes16(organizationId), new Address(owner), fields));
        return new AssetCode(create2(directory, assetId, contract.creationCode() + arguments), contract.runtimeCode());
    }

    private static AssetCode proxy(
            AssetKind kind, String directory, UUID assetId, UUID organizationId, String owner, byte[]... declared) {
        String code = PROXY
                + Numeric.cleanHexPrefix(sharedCode(directory, kind))
                + PROXY_END
                + HEX.formatHex(concatenate(
                        Numeric.hexStringToByteArray(directory),
                        Abi.bytes16(assetId).getValue(),
                        Abi.bytes16(organizationId).getValue(),
                        Numeric.hexStringToByteArray(owner),
                        concatenate(declared)));
        // Creates a contract of the code that follows it and has this length.
        String creation = "61%04x3d81600a3d39f3".formatted(code.length() / 2);
        return new AssetCode(create2(directory, assetId, creation + code), "0x" + code);
    }

    private static String create2(String directory, UUID assetId, String creationCode) {
        byte[] salt = new byte[32];
        System.arraycopy(Abi.bytes16(assetId).getValue(), 0, salt, 0, 16);
        byte[] hash = Hash.sha3(concatenate(
                new byte[] {(byte) 0xff},
                Numeric.hexStringToByteArray(directory),
                salt,
                Hash.sha3(Numeric.hexStringToByteArray(creationCode))));
        return Addresses.checksummed(Numeric.toHexString(hash, 12, 20, true));
    }

    private static byte[] bytes32(BigInteger value) {
        return Numeric.toBytesPadded(value, 32);
    }

    private static byte[] concatenate(byte[]... parts) {
        var bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }
}
