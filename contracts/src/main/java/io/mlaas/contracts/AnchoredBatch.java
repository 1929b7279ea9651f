package io.mlaas.contracts;

import java.time.Instant;

/**
 * A batch of digests that is on the chain.
 *
 * @param number its place in the registry, from 1
 * @param root of its tree, 64 lower-case hexadecimal digits
 * @param size number of its leaves
 * @param block the block that it came with
 * @param time when that block was made
 */
public record AnchoredBatch(long number, String root, long size, long block, Instant time) {}
