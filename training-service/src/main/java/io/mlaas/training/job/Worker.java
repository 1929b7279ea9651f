package io.mlaas.training.job;

import java.util.UUID;

/**
 * One life of the service on one node. Whatever it changes, it changes as this worker: once a later life took its jobs over,
 * its writes no longer match.
 */
record Worker(String node, UUID id) {}
