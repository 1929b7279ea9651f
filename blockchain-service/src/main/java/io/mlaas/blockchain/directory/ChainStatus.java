package io.mlaas.blockchain.directory;

/**
 * Which chain this service works with.
 *
 * @param directory address of the asset directory: with it and a node, anybody can check every asset
 * @param registrar the account that decides which companies may register
 */
record ChainStatus(long chainId, long blockNumber, String directory, String registrar, String nodeVersion) {}
