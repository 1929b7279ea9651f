package io.mlaas.translation.onnx;

import java.util.UUID;

/** One life of the service on a node: what an earlier life of the same node left is the next one's to go on with. */
record Worker(String node, UUID id) {}
