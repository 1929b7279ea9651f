package io.mlaas.contracts;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Uint64;

/**
 * The {@code data} of every transaction to an {@code AnchorRegistry}, as hexadecimal with a leading {@code 0x}. The
 * registrar's role passes on as the directory's does: {@link ContractTransactions#offerRegistrar}.
 */
public final class RegistryTransactions {
    private RegistryTransactions() {}

    /** Creates an {@code AnchorRegistry}; the sender becomes its registrar. Sent to no address. */
    public static String deploy() {
        return CompiledContract.ANCHOR_REGISTRY.creationCode();
    }

    /**
     * From the registrar: anchors a batch. Succeeds once for a root.
     *
     * @param root of its tree, 64 lower-case hexadecimal digits
     * @param size number of its leaves, above 0
     */
    public static String anchor(String root, long size) {
        Digests.requireSha256("root", root);
        if (size < 1) {
            throw new IllegalArgumentException("size: " + size + " (expected: >= 1)");
        }
        return call("anchor", Abi.bytes32(root), new Uint64(size));
    }

    /**
     * From the registrar: a key signs for an organization from now on.
     *
     * @param organizationId absent for the platform
     * @param fingerprint SHA-256 of the public key, 64 lower-case hexadecimal digits
     */
    public static String publishKey(@Nullable UUID organizationId, String fingerprint) {
        Digests.requireSha256("fingerprint", fingerprint);
        return call("publishKey", Abi.bytes16(organizationId), Abi.bytes32(fingerprint));
    }

    /** From the registrar: a key signs for its organization no more; it does not come back. See {@link #publishKey}. */
    public static String revokeKey(@Nullable UUID organizationId, String fingerprint) {
        Digests.requireSha256("fingerprint", fingerprint);
        return call("revokeKey", Abi.bytes16(organizationId), Abi.bytes32(fingerprint));
    }

    @SuppressWarnings("rawtypes") // web3j's own signatures
    private static String call(String function, Type... arguments) {
        return FunctionEncoder.encode(new Function(function, List.of(arguments), List.of()));
    }
}
