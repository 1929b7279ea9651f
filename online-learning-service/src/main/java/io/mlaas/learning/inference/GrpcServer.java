package io.mlaas.learning.inference;

import io.grpc.BindableService;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.grpc.MetricCollectingServerInterceptor;
import io.mlaas.kit.grpc.GrpcLifecycle;
import io.mlaas.learning.learner.LimitedBody;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.stereotype.Component;

/** The port of the Open Inference Protocol over gRPC. What was being answered when the service stops is answered still. */
@Component
public final class GrpcServer extends GrpcLifecycle {
    private static final Logger log = LoggerFactory.getLogger(GrpcServer.class);
    private static final int MOST_CALLS_OF_A_CONNECTION = 256;
    private static final int LONGEST_METADATA = 16 << 10;
    private static final Duration GRACE = Duration.ofSeconds(15);

    private final BindableService calls;
    private final ServerInterceptor callers;
    private final int largestMessage;
    private final MeterRegistry meters;

    @Autowired
    GrpcServer(
            GrpcProperties properties,
            InferenceCalls calls,
            KnownCallers callers,
            LimitedBody bodies,
            MeterRegistry meters) {
        this(properties, calls, callers, bodies.most(), meters);
    }

    GrpcServer(
            GrpcProperties properties,
            BindableService calls,
            ServerInterceptor callers,
            int largestMessage,
            MeterRegistry meters) {
        super("mlaas.learning.grpc.port", new InetSocketAddress(properties.address(), properties.port()), GRACE);
        this.calls = calls;
        this.callers = callers;
        this.largestMessage = largestMessage;
        this.meters = meters;
    }

    @Override
    protected ServerBuilder<?> builder(InetSocketAddress address) {
        return NettyServerBuilder.forAddress(address)
                .maxInboundMessageSize(largestMessage)
                .maxInboundMetadataSize(LONGEST_METADATA)
                .maxConcurrentCallsPerConnection(MOST_CALLS_OF_A_CONNECTION)
                .addService(calls)
                .intercept(callers)
                .intercept(new MetricCollectingServerInterceptor(meters));
    }

    @Override
    public void start() {
        super.start();
        log.info("inference over gRPC at port {}", port());
    }

    /** Together with the web server: before what answers need is taken away. */
    @Override
    public int getPhase() {
        return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;
    }
}
