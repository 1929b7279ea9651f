package io.mlaas.ppfl.protocol.identity;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NegotiationType;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.time.Clock;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** TLS 1.3 between a federation's server and its participants. */
public final class FederationTls {

    private static final String VERSION = "TLSv1.3";

    private FederationTls() {}

    /**
     * For a server of all federations. A client may come without a certificate, because enrolment is how it gets one;
     * every other call is guarded by {@link ParticipantInterceptor}. One that shows a certificate must show a good one.
     */
    public static SslContext server(FederationAuthorities authorities, Clock clock) {
        try {
            var builder = SslContextBuilder.forServer(new ServerKeys(authorities, clock))
                    .trustManager(new ClientCertificates(authorities, clock))
                    .clientAuth(ClientAuth.OPTIONAL)
                    .protocols(VERSION);
            return GrpcSslContexts.configure(builder, SslProvider.JDK)
                    .protocols(VERSION)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("this Java cannot do " + VERSION, e);
        }
    }

    /** To the server of the kit's federation, without a certificate: for enrolment alone. */
    public static NettyChannelBuilder enrolment(EnrolmentKit kit) {
        return channel(kit, null);
    }

    /** To the server of the kit's federation, as the participant that the certificate names. */
    public static NettyChannelBuilder participant(EnrolmentKit kit, ParticipantKey.Credentials credentials) {
        return channel(kit, credentials);
    }

    private static NettyChannelBuilder channel(EnrolmentKit kit, ParticipantKey.@Nullable Credentials credentials) {
        try {
            var builder = SslContextBuilder.forClient()
                    .trustManager(Pem.certificate(kit.caCertificate()))
                    .protocols(VERSION);
            if (credentials != null) {
                builder.keyManager(credentials.key(), credentials.certificate());
            }
            var context = GrpcSslContexts.configure(builder, SslProvider.JDK)
                    .protocols(VERSION)
                    .build();
            return NettyChannelBuilder.forAddress(kit.host(), kit.port())
                    .overrideAuthority(FederationAuthority.serverName(kit.federation()))
                    .negotiationType(NegotiationType.TLS)
                    .sslContext(context);
        } catch (SSLException e) {
            throw new IllegalStateException("this Java cannot do " + VERSION, e);
        }
    }
}
