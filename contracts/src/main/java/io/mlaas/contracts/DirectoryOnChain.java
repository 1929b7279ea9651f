package io.mlaas.contracts;

import org.jspecify.annotations.Nullable;

/**
 * A directory that is on the chain.
 *
 * @param address with its checksum
 * @param generation which release it is, by its code; absent when its code is none of the published ones
 */
public record DirectoryOnChain(String address, @Nullable Generation generation) {}
