package io.mlaas.contracts;

/** What an asset is. */
public enum AssetKind {
    DATASET(1, CompiledContract.DATASET),
    MODEL(2, CompiledContract.MODEL);

    private final int code;
    private final CompiledContract contract;

    AssetKind(int code, CompiledContract contract) {
        this.code = code;
        this.contract = contract;
    }

    /** The contract that records assets of this kind. */
    public CompiledContract contract() {
        return contract;
    }

    /** The value of {@code enum AssetKind} in Solidity, where 0 is {@code None}. */
    int code() {
        return code;
    }

    static AssetKind of(long code) {
        for (AssetKind kind : values()) {
            if (kind.code() == code) {
                return kind;
            }
        }
        throw new ChainException("asset kind: " + code + " (expected: 1 or 2)");
    }
}
