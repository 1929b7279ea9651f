package io.mlaas.contracts;

/** What an asset is. */
public enum AssetKind {
    DATASET(1),
    MODEL(2);

    private final int code;

    AssetKind(int code) {
        this.code = code;
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
