package io.mlaas.ppfl.server;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.grpc.MetricCollectingServerInterceptor;
import io.mlaas.ppfl.protocol.identity.FederationTls;
import io.mlaas.ppfl.protocol.identity.ParticipantInterceptor;
import io.mlaas.ppfl.protocol.message.Pieces;
import io.mlaas.ppfl.protocol.v1.EnrolmentGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** The port where participants' clients come: TLS 1.3, with a certificate for everything but enrolment. */
@Component
class FederationServer implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(FederationServer.class);
    private static final int LONGEST_METADATA = 16 << 10;
    private static final int ROOM_BESIDE_A_PIECE = 64 << 10;
    private static final int KEEP_ALIVE_SECONDS = 20;
    private static final int PERMITTED_KEEP_ALIVE_SECONDS = 10;
    private static final int GRACE_SECONDS = 5;

    private final FederationServerProperties properties;
    private final EnrolmentCalls enrolment;
    private final FederationCalls calls;
    private final Authorities authorities;
    private final MeterRegistry meters;
    private volatile @Nullable Server server;
    private @Nullable ExecutorService threads;

    FederationServer(
            FederationServerProperties properties,
            EnrolmentCalls enrolment,
            FederationCalls calls,
            Authorities authorities,
            MeterRegistry meters) {
        this.properties = properties;
        this.enrolment = enrolment;
        this.calls = calls;
        this.authorities = authorities;
        this.meters = meters;
    }

    @Override
    public void start() {
        ExecutorService started = Executors.newVirtualThreadPerTaskExecutor();
        threads = started;
        InetSocketAddress address = new InetSocketAddress(properties.address(), properties.port());
        Clock clock = Clock.systemUTC();
        Set<String> open = Set.of(EnrolmentGrpc.getEnrolMethod().getFullMethodName());
        try {
            server = NettyServerBuilder.forAddress(address)
                    .executor(started)
                    .sslContext(FederationTls.server(authorities, clock))
                    .maxInboundMessageSize(Pieces.SIZE + ROOM_BESIDE_A_PIECE)
                    .maxInboundMetadataSize(LONGEST_METADATA)
                    .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                    .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                    .permitKeepAliveTime(PERMITTED_KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                    .permitKeepAliveWithoutCalls(true)
                    .addService(enrolment)
                    .addService(calls)
                    .intercept(new ParticipantInterceptor(authorities, clock, open))
                    .intercept(new FailedCalls())
                    .intercept(new MetricCollectingServerInterceptor(meters))
                    .build()
                    .start();
        } catch (IOException e) {
            started.close();
            throw new UncheckedIOException("mlaas.ppfl.federation.port: " + address + " cannot be listened on", e);
        }
        log.info("federations' clients at {}:{}", address.getHostString(), port());
    }

    int port() {
        Server running = server;
        if (running == null) {
            throw new IllegalStateException("the federation server does not run");
        }
        return running.getPort();
    }

    /** What enrolment kits name. */
    String publicAddress() {
        String set = properties.publicAddress();
        return set == null ? "localhost:" + port() : set;
    }

    @Override
    public void stop() {
        Server running = server;
        if (running == null) {
            return;
        }
        running.shutdown();
        try {
            // Sessions do not end by themselves; clients join again.
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

    /** Before the web server: enrolment kits, which are asked for there, name the port. */
    @Override
    public int getPhase() {
        return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1;
    }
}
