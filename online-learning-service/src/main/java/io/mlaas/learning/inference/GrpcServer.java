package io.mlaas.learning.inference;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.grpc.MetricCollectingServerInterceptor;
import io.mlaas.learning.learner.LimitedBody;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** The port of the Open Inference Protocol over gRPC. What was being answered when the service stops is answered still. */
@Component
public final class GrpcServer implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(GrpcServer.class);
    private static final int MOST_CALLS_OF_A_CONNECTION = 256;
    private static final int LONGEST_METADATA = 16 << 10;
    private static final int GRACE_SECONDS = 15;

    private final GrpcProperties properties;
    private final BindableService calls;
    private final ServerInterceptor callers;
    private final int largestMessage;
    private final MeterRegistry meters;
    private volatile @Nullable Server server;
    private @Nullable ExecutorService threads;

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
        this.properties = properties;
        this.calls = calls;
        this.callers = callers;
        this.largestMessage = largestMessage;
        this.meters = meters;
    }

    @Override
    public void start() {
        ExecutorService started = Executors.newVirtualThreadPerTaskExecutor();
        threads = started;
        InetSocketAddress address = new InetSocketAddress(properties.address(), properties.port());
        try {
            server = NettyServerBuilder.forAddress(address)
                    .executor(started)
                    .maxInboundMessageSize(largestMessage)
                    .maxInboundMetadataSize(LONGEST_METADATA)
                    .maxConcurrentCallsPerConnection(MOST_CALLS_OF_A_CONNECTION)
                    .addService(calls)
                    .intercept(callers)
                    .intercept(new MetricCollectingServerInterceptor(meters))
                    .build()
                    .start();
        } catch (IOException e) {
            started.close();
            throw new UncheckedIOException("mlaas.learning.grpc.port: " + address + " cannot be listened on", e);
        }
        log.info("inference over gRPC at {}:{}", address.getHostString(), port());
    }

    /** Where it listens. */
    public int port() {
        Server running = server;
        if (running == null) {
            throw new IllegalStateException("the gRPC server does not run");
        }
        return running.getPort();
    }

    @Override
    public void stop(Runnable stopped) {
        Thread.ofVirtual().name("grpc-stop").start(() -> {
            try {
                stop();
            } finally {
                stopped.run();
            }
        });
    }

    @Override
    public void stop() {
        Server running = server;
        if (running == null) {
            return;
        }
        running.shutdown();
        try {
            if (!running.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
                running.shutdownNow();
            }
        } catch (InterruptedException e) {
            running.shutdownNow();
            Thread.currentThread().interrupt();
        }
        server = null;
        if (threads != null) {
            threads.shutdown();
        }
    }

    @Override
    public boolean isRunning() {
        return server != null;
    }

    /** Together with the web server: before what answers need is taken away. */
    @Override
    public int getPhase() {
        return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;
    }
}
