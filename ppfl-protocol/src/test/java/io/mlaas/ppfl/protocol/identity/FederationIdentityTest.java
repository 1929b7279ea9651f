package io.mlaas.ppfl.protocol.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server of two federations on a free port, and calls of those who may and those who may not. */
class FederationIdentityTest {

    private static final MethodDescriptor<String, String> WHO_AM_I = method("test.Federation/WhoAmI");
    private static final MethodDescriptor<String, String> ENROL = method("test.Federation/Enrol");
    private static final Duration YEAR = Duration.ofDays(365);

    private final Instant now = Instant.now();
    private final FederationAuthority first = FederationAuthority.create("fed-1", now, YEAR);
    private final FederationAuthority second = FederationAuthority.create("fed-2", now, YEAR);
    private final Set<BigInteger> revoked = ConcurrentHashMap.newKeySet();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();
    private Server server;

    private final FederationAuthorities authorities = new FederationAuthorities() {
        private final Map<String, FederationAuthority> known = Map.of("fed-1", first, "fed-2", second);

        @Override
        public Optional<FederationAuthority> find(String federation) {
            return Optional.ofNullable(known.get(federation));
        }

        @Override
        public boolean revoked(String federation, BigInteger serial) {
            return revoked.contains(serial);
        }

        @Override
        public void refused(String subject, String reason) {
            refused.add(subject + " " + reason);
        }
    };

    @BeforeEach
    void start() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sslContext(FederationTls.server(authorities, Clock.systemUTC()))
                .intercept(
                        new ParticipantInterceptor(authorities, Clock.systemUTC(), Set.of(ENROL.getFullMethodName())))
                .addService(ServerServiceDefinition.builder("test.Federation")
                        .addMethod(WHO_AM_I, ServerCalls.asyncUnaryCall((_, answer) -> {
                            var me = ParticipantInterceptor.current();
                            answer.onNext(me.federation() + "/" + me.name());
                            answer.onCompleted();
                        }))
                        .addMethod(ENROL, ServerCalls.asyncUnaryCall((request, answer) -> {
                            answer.onNext(first.issue(request, "hospital-a", now, YEAR)
                                    .certificatePem());
                            answer.onCompleted();
                        }))
                        .build())
                .build()
                .start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        channels.forEach(ManagedChannel::shutdownNow);
        server.shutdownNow().awaitTermination(30, TimeUnit.SECONDS);
    }

    @Test
    void enrolsOverTlsAndIsKnownByItsCertificateFromThenOn() {
        var kit = EnrolmentKit.parse(kit(first, "hospital-a").json());
        var key = ParticipantKey.generate();
        var certificate = call(ENROL, FederationTls.enrolment(kit), key.certificateRequest("somebody-else"));
        var credentials = ParticipantKey.credentials(key.pem(), certificate);
        assertThat(call(WHO_AM_I, FederationTls.participant(kit, credentials), ""))
                .isEqualTo("fed-1/hospital-a");
    }

    @Test
    void oneServerServesTwoFederations() {
        assertThat(whoAmI(second, second, "bank", YEAR)).isEqualTo("fed-2/bank");
        assertThat(whoAmI(first, first, "bank", YEAR)).isEqualTo("fed-1/bank");
    }

    @Test
    void withoutACertificateThereIsOnlyEnrolment() {
        assertThatThrownBy(() -> call(WHO_AM_I, FederationTls.enrolment(kit(first, "a")), ""))
                .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
                    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
                    assertThat(e.getStatus().getDescription()).contains("no client certificate");
                });
    }

    @Test
    void refusesAnExpiredCertificateAndNamesItsOwner() {
        var past = now.minus(Duration.ofDays(10));
        var old = FederationAuthority.restore(first.privateKey(), first.certificatePem());
        var key = ParticipantKey.generate();
        var issued = old.issue(key.certificateRequest("late"), "late", past, Duration.ofDays(1));
        var credentials = ParticipantKey.credentials(key.pem(), issued.certificatePem());
        assertRefused(FederationTls.participant(kit(first, "late"), credentials));
        assertThat(refused).anyMatch(line -> line.contains("CN=late") && line.contains("has expired"));
    }

    @Test
    void refusesACertificateOfAForeignAuthorityOfTheSameName() {
        var foreign = FederationAuthority.create("fed-1", now, YEAR);
        assertThatThrownBy(() -> whoAmI(foreign, first, "hospital-a", YEAR)).isInstanceOf(StatusRuntimeException.class);
        assertThat(refused).anyMatch(line -> line.contains("CN=hospital-a") && line.contains("was not issued by"));
        // and the client refuses a server that has no certificate of the authority in its kit
        assertThatThrownBy(() -> call(ENROL, FederationTls.enrolment(kit(foreign, "hospital-a")), ""))
                .hasStackTraceContaining("PKIX");
    }

    @Test
    void refusesARevokedCertificateAlsoOnAConnectionThatIsOpen() {
        var key = ParticipantKey.generate();
        var issued = first.issue(key.certificateRequest("gone"), "gone", now, YEAR);
        var credentials = ParticipantKey.credentials(key.pem(), issued.certificatePem());
        var open = FederationTls.participant(kit(first, "gone"), credentials).build();
        channels.add(open);
        assertThat(ClientCalls.blockingUnaryCall(open, WHO_AM_I, CallOptions.DEFAULT, ""))
                .isEqualTo("fed-1/gone");
        revoked.add(issued.serial());
        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(open, WHO_AM_I, CallOptions.DEFAULT, ""))
                .hasMessageContaining("UNAUTHENTICATED")
                .hasMessageContaining("CN=gone")
                .hasMessageContaining("was revoked");
        assertRefused(FederationTls.participant(kit(first, "gone"), credentials));
    }

    @Test
    void theServersOwnCertificateIsNoParticipants() {
        assertRefused(FederationTls.participant(kit(first, "server"), first.serverCredentials(now)));
        assertThat(refused).anyMatch(line -> line.contains("not a certificate for a client"));
    }

    @Test
    void aFederationThatIsUnknownHasNoServer() {
        var unknown = FederationAuthority.create("fed-3", now, YEAR);
        assertThatThrownBy(() -> call(ENROL, FederationTls.enrolment(kit(unknown, "a")), ""))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("UNAVAILABLE");
    }

    @Test
    void certifiesOnlyAProvenKey() {
        var request = ParticipantKey.generate().certificateRequest("a");
        var wrong = request.replace("REQUEST", "QUEST");
        assertThatThrownBy(() -> first.issue(wrong, "a", now, YEAR)).hasMessageContaining("not one PEM block");
        var der = Pem.read("CERTIFICATE REQUEST", request);
        der[der.length - 1] ^= 1;
        assertThatThrownBy(() -> first.issue(Pem.write("CERTIFICATE REQUEST", der), "a", now, YEAR))
                .isInstanceOf(IdentityException.class)
                .hasMessageContaining("certificate request:");
        assertThatThrownBy(() -> first.issue(request, "a/b", now, YEAR)).hasMessageContaining("participant: a/b");
        assertThatThrownBy(() -> ParticipantKey.credentials(
                        ParticipantKey.generate().pem(),
                        first.issue(request, "a", now, YEAR).certificatePem()))
                .hasMessageContaining("not that of the certificate");
    }

    @Test
    void noCertificateOutlivesItsAuthority() {
        var request = ParticipantKey.generate().certificateRequest("a");
        assertThat(first.issue(request, "a", now, Duration.ofDays(900)).expires())
                .isBeforeOrEqualTo(now.plus(YEAR));
        assertThatThrownBy(() -> first.issue(request, "a", now.plus(Duration.ofDays(366)), YEAR))
                .hasMessageContaining("expired");
    }

    private String whoAmI(FederationAuthority issuer, FederationAuthority trusted, String name, Duration validity) {
        var key = ParticipantKey.generate();
        var issued = issuer.issue(key.certificateRequest(name), name, now, validity);
        var credentials = ParticipantKey.credentials(key.pem(), issued.certificatePem());
        return call(WHO_AM_I, FederationTls.participant(kit(trusted, name), credentials), "");
    }

    private EnrolmentKit kit(FederationAuthority authority, String name) {
        return EnrolmentKit.create(authority, name, "localhost:" + server.getPort(), now.plusSeconds(3600));
    }

    private void assertRefused(NettyChannelBuilder channel) {
        assertThatThrownBy(() -> call(WHO_AM_I, channel, ""))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }

    private String call(MethodDescriptor<String, String> method, NettyChannelBuilder builder, String request) {
        var channel = builder.build();
        channels.add(channel);
        return ClientCalls.blockingUnaryCall(
                channel, method, CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS), request);
    }

    private static MethodDescriptor<String, String> method(String name) {
        return MethodDescriptor.<String, String>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(name)
                .setRequestMarshaller(new Text())
                .setResponseMarshaller(new Text())
                .build();
    }

    private static final class Text implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
