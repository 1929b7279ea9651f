package io.mlaas.contracts;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.web3j.crypto.Hash;

/** The custom errors of the contracts: why a call or a transaction was reverted. */
public enum ContractRefusal {
    NOT_REGISTRAR("NotRegistrar(address)"),
    NOT_PENDING_REGISTRAR("NotPendingRegistrar(address)"),
    NOT_AUTHORIZED("NotAuthorized(address)"),
    ZERO_IDENTIFIER("ZeroIdentifier()"),
    BOUND_TO_ANOTHER_ORGANIZATION("BoundToAnotherOrganization(address,bytes16)"),
    ALREADY_REGISTERED("AlreadyRegistered(bytes16,address)"),
    UNKNOWN_ASSET("UnknownAsset(bytes16,uint8)"),
    MISSING_SHA256("MissingSha256()"),
    INVALID_MD5_LENGTH("InvalidMd5Length(uint256)"),
    NEGATIVE_SIZE("NegativeSize(int256)"),
    DIMENSION_TOO_LONG("DimensionTooLong(uint256)"),
    NOT_CREATED("NotCreated(bytes16)"),
    ALREADY_VERIFIED("AlreadyVerified(bytes32)"),
    NOT_OWNER("NotOwner(address)"),
    ZERO_DIGEST("ZeroDigest()"),
    EMPTY_BATCH("EmptyBatch()"),
    ALREADY_ANCHORED("AlreadyAnchored(bytes32,uint64)"),
    UNKNOWN_BATCH("UnknownBatch(uint64)"),
    UNKNOWN_KEY("UnknownKey(bytes32)"),
    KEY_OF_ANOTHER_ORGANIZATION("KeyOfAnotherOrganization(bytes32,bytes16)"),
    KEY_IS_REVOKED("KeyIsRevoked(bytes32)");

    private final String signature;
    private final String selector;

    ContractRefusal(String signature) {
        this.signature = signature;
        byte[] hash = Hash.sha3(signature.getBytes(StandardCharsets.US_ASCII));
        this.selector = "0x" + HexFormat.of().formatHex(hash, 0, 4);
    }

    /** The error as Solidity declares it, for example {@code AlreadyVerified(bytes32)}. */
    public String signature() {
        return signature;
    }

    /** The refusal that a node reports as revert data ({@code 0x…}), if it is one of these. */
    public static Optional<ContractRefusal> of(String revertData) {
        for (ContractRefusal refusal : values()) {
            if (revertData.startsWith(refusal.selector)) {
                return Optional.of(refusal);
            }
        }
        return Optional.empty();
    }
}
