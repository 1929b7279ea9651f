package io.mlaas.api.blockchain;

/** Where a contract lives and the mined transaction of the latest request about it. */
public record DeployedContract(String address, String transactionHash, long blockNumber) {}
