/** gRPC servers beside the web server, for services that bring gRPC along. */
@NullMarked
package io.mlaas.kit.grpc;

import org.jspecify.annotations.NullMarked;
