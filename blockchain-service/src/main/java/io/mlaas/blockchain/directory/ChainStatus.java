package io.mlaas.blockchain.directory;

import java.util.List;

/**
 * Which chain this service works with.
 *
 * @param directory address of the asset directory: with it and a node, anybody can check every asset
 * @param predecessors addresses of the directories whose assets it knows too, the newest first
 * @param registry address of the anchor registry: roots of batches of digests, and the fingerprints of signing keys
 * @param registrar the account that decides which companies may register, and anchors batches
 */
record ChainStatus(
        long chainId,
        long blockNumber,
        String directory,
        List<String> predecessors,
        String registry,
        String registrar,
        String nodeVersion) {}
