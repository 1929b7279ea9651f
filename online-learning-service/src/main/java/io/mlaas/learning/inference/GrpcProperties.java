package io.mlaas.learning.inference;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.net.InetAddress;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the Open Inference Protocol is spoken over gRPC.
 *
 * @param port 0 for a free one
 * @param address of the interface
 */
@Validated
@ConfigurationProperties("mlaas.learning.grpc")
record GrpcProperties(
        @DefaultValue("18155") @Min(0) @Max(65_535) int port,
        @DefaultValue("127.0.0.1") @NotNull InetAddress address) {}
