package io.mlaas.blockchain.directory;

import java.util.List;

/**
 * Which chain this service works with.
 *
 * @param directory address of the asset directory: with it and a node, anybody can check every asset
 * @param predecessors addresses of the directories whose assets it knows too, the newest first
 * @param registrar the account that decides which companies may register
 */
record ChainStatus(
        long chainId,
        long blockNumber,
        String directory,
        List<String> predecessors,
        String registrar,
        String nodeVersion) {}
