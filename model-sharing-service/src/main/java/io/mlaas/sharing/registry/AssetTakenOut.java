package io.mlaas.sharing.registry;

import java.util.UUID;

/**
 * An asset may not be used any more. It is published inside the transaction that takes it out: what a listener changes
 * is committed with that or not at all.
 *
 * @param kind {@code dataset} or {@code model}
 * @param why e.g. {@code quarantine}
 */
public record AssetTakenOut(UUID assetId, String kind, String why) {}
