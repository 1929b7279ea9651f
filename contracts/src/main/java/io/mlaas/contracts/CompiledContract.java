package io.mlaas.contracts;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The compiler's output for each contract, as committed. Code is lower-case hexadecimal with a leading {@code 0x}. What
 * has a 1 in its name is of the first generation: on older chains, deployed no more.
 */
public enum CompiledContract {
    ASSET_DIRECTORY_1("generation1/AssetDirectory"),
    DATASET_1("generation1/DatasetContract"),
    MODEL_1("generation1/ModelContract"),
    ASSET_DIRECTORY("generation2/AssetDirectory"),
    DATASET("generation2/DatasetContract"),
    MODEL("generation2/ModelContract"),
    ANCHOR_REGISTRY("anchors/AnchorRegistry");

    private final String abi;
    private final String creationCode;
    private final String runtimeCode;

    CompiledContract(String name) {
        this.abi = read(name + ".abi");
        this.creationCode = "0x" + read(name + ".bin");
        this.runtimeCode = "0x" + read(name + ".runtime.bin");
    }

    /** The contract's JSON interface. */
    public String abi() {
        return abi;
    }

    /** What a deploying transaction carries, before the encoded constructor arguments. */
    public String creationCode() {
        return creationCode;
    }

    /**
     * What {@code eth_getCode} answers for every contract of this kind: there are no immutables in it. An asset of the
     * second generation is a minimal proxy to the code of {@link #DATASET} or {@link #MODEL}.
     */
    public String runtimeCode() {
        return runtimeCode;
    }

    private static String read(String file) {
        String path = "/contracts/" + file;
        try (InputStream in = CompiledContract.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("resource " + path + ": missing (run: node contracts/compile.mjs)");
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("resource " + path + ": cannot be read", e);
        }
    }
}
