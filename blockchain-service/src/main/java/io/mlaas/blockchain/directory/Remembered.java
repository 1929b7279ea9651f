package io.mlaas.blockchain.directory;

import io.mlaas.contracts.AssetOnChain;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the chain said since its newest block came. Only records that never change are kept: datasets, and models that
 * have their result. With the next block, of this branch of the chain or another, everything is forgotten.
 */
final class Remembered {
    private static final int MOST = 10_000;

    private final Supplier<Optional<String>> newestBlock;
    private volatile Since since = new Since("", Map.of());

    /** @param newestBlock its hash, or empty while nothing may be remembered */
    Remembered(Supplier<Optional<String>> newestBlock) {
        this.newestBlock = newestBlock;
    }

    private record Since(String block, Map<String, AssetOnChain> assets) {}

    Optional<AssetOnChain> assetAt(String contract, Function<String, Optional<AssetOnChain>> chain) {
        Optional<String> block = newestBlock.get();
        if (block.isEmpty()) {
            return chain.apply(contract);
        }
        Since now = since;
        if (!now.block().equals(block.get())) {
            now = new Since(block.get(), new ConcurrentHashMap<>());
            since = now;
        }
        AssetOnChain known = now.assets().get(contract);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<AssetOnChain> asked = chain.apply(contract);
        if (asked.isPresent() && neverChanges(asked.get()) && now.assets().size() < MOST) {
            now.assets().put(contract, asked.get());
        }
        return asked;
    }

    private static boolean neverChanges(AssetOnChain asset) {
        return switch (asset) {
            case AssetOnChain.Dataset dataset -> true;
            case AssetOnChain.Model model -> model.result() != null;
        };
    }
}
