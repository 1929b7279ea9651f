package io.mlaas.ppfl.server;

import io.grpc.ServerBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.grpc.MetricCollectingServerInterceptor;
import io.mlaas.kit.grpc.GrpcLifecycle;
import io.mlaas.ppfl.protocol.identity.FederationTls;
import io.mlaas.ppfl.protocol.identity.ParticipantInterceptor;
import io.mlaas.ppfl.protocol.message.Pieces;
import io.mlaas.ppfl.protocol.v1.EnrolmentGrpc;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.stereotype.Component;

/** The port where participants' clients come: TLS 1.3, with a certificate for everything but enrolment. */
@Component
class FederationServer extends GrpcLifecycle {
    private static final Logger log = LoggerFactory.getLogger(FederationServer.class);
    private static final int LONGEST_METADATA = 16 << 10;
    private static final int ROOM_BESIDE_A_PIECE = 64 << 10;

    /** A client has its session, and one call beside it. */
    private static final int MOST_CALLS = 8;

    private static final int KEEP_ALIVE_SECONDS = 20;
    private static final int PERMITTED_KEEP_ALIVE_SECONDS = 10;

    /** Sessions do not end by themselves; clients join again. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final FederationServerProperties properties;
    private final EnrolmentCalls enrolment;
    private final FederationCalls calls;
    private final Authorities authorities;
    private final MeterRegistry meters;

    FederationServer(
            FederationServerProperties properties,
            EnrolmentCalls enrolment,
            FederationCalls calls,
            Authorities authorities,
            MeterRegistry meters) {
        super("mlaas.ppfl.federation.port", new InetSocketAddress(properties.address(), properties.port()), GRACE);
        this.properties = properties;
        this.enrolment = enrolment;
        this.calls = calls;
        this.authorities = authorities;
        this.meters = meters;
    }

    @Override
    protected ServerBuilder<?> builder(InetSocketAddress address) {
        Clock clock = Clock.systemUTC();
        Set<String> open = Set.of(EnrolmentGrpc.getEnrolMethod().getFullMethodName());
        return NettyServerBuilder.forAddress(address)
                .sslContext(FederationTls.server(authorities, clock))
                .maxInboundMessageSize(Pieces.SIZE + ROOM_BESIDE_A_PIECE)
                .maxInboundMetadataSize(LONGEST_METADATA)
                .maxConcurrentCallsPerConnection(MOST_CALLS)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveTime(PERMITTED_KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .addService(enrolment)
                .addService(calls)
                .intercept(new ParticipantInterceptor(authorities, clock, open))
                .intercept(new FailedCalls())
                .intercept(new MetricCollectingServerInterceptor(meters));
    }

    @Override
    public void start() {
        super.start();
        log.info("federations' clients at port {}", port());
    }

    /** What enrolment kits name. */
    String publicAddress() {
        String set = properties.publicAddress();
        return set == null ? "localhost:" + port() : set;
    }

    /** Before the web server: enrolment kits, which are asked for there, name the port. */
    @Override
    public int getPhase() {
        return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1;
    }
}
