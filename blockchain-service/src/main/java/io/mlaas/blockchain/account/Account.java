package io.mlaas.blockchain.account;

import java.util.UUID;

/**
 * An address on the chain.
 *
 * @param ownerId the organization that acts through it
 * @param address with its checksum
 */
public record Account(UUID ownerId, String address) {}
