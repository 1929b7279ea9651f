package io.mlaas.contracts;

import java.util.Optional;

/** A release of the contracts. A directory of a later one knows what those before it registered. */
public enum Generation {
    /** Every asset has a contract with code and storage of its own. */
    FIRST(1, CompiledContract.ASSET_DIRECTORY_1),
    /** Every asset has a minimal proxy that carries its facts; a directory may have a predecessor. */
    SECOND(2, CompiledContract.ASSET_DIRECTORY);

    private final int number;
    private final CompiledContract directory;

    Generation(int number, CompiledContract directory) {
        this.number = number;
        this.directory = directory;
    }

    /** The one that is deployed today. */
    public static Generation latest() {
        return SECOND;
    }

    /** 1 or 2. */
    public int number() {
        return number;
    }

    /** Its directory. */
    public CompiledContract directory() {
        return directory;
    }

    /** The generation whose directory has this code, byte for byte. */
    static Optional<Generation> ofDirectory(String code) {
        for (Generation generation : values()) {
            if (generation.directory.runtimeCode().equalsIgnoreCase(code)) {
                return Optional.of(generation);
            }
        }
        return Optional.empty();
    }
}
